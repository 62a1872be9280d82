import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { addressIn } from './page/address.ts';
import { axeFinds } from './page/axe.ts';
import { openTab, placesOf, startBrowser, whenDrawn, type Watched } from './page/browser.ts';
import { servePage } from './page/served-page.ts';
import { PrivateWorld } from './private-world.ts';

/** Faults of a long day: many sessions, a narrow window, hostile names, a tab that slept, a server that stands still. */

let browser: Browser;
let world: PrivateWorld;
let tab: Watched;
beforeAll(async () => {
  browser = await startBrowser();
});
beforeEach(() => {
  world = new PrivateWorld();
});
afterEach(async () => {
  await tab.page.close();
  await world.close();
  expect(tab.complaints, 'the browser complains about nothing').toEqual([]);
});
afterAll(() => browser.close());

async function openPage(address: string, options: Parameters<typeof openTab>[1] = {}): Promise<Page> {
  tab = await openTab(browser, options);
  await tab.page.goto(address);
  await tab.page.locator('.fact.live').waitFor();
  return tab.page;
}

const row = (page: Page, session: string) => page.locator(`.row[data-session=${JSON.stringify(session)}]`);

test('50 sessions at 400 px: all are reached, nothing is too wide, axe finds nothing, and a death moves no row', async () => {
  const workspaces = ['shop', 'blog', 'billing-service-of-the-northern-region', 'infra', 'search'];
  const names = Array.from({ length: 50 }, (_, index) => `${workspaces[index % 5]}-${index}-creator-claude`);
  for (const name of names) await world.openSession(name);
  await world.reconcile();
  await world.monitor(['--page']);
  const page = await openPage(await addressIn(world), { viewport: { width: 400, height: 800 } });
  await whenDrawn(page);
  await expect.poll(() => page.locator('.row').count()).toBe(50);
  expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), 'nothing is too wide').toBe(true);
  expect(await axeFinds(page)).toEqual([]);

  const before = await placesOf(page);
  const dies = 'infra-23-creator-claude';
  world.tmux(['kill-session', '-t', `=${dies}`]);
  await row(page, dies).and(page.locator('[data-standing=gone]')).waitFor();
  expect(Object.keys(await placesOf(page))).toEqual(Object.keys(before));
  expect(await page.locator('.row[data-standing=gone]').count()).toBe(1);

  await page.keyboard.press('/');
  await page.keyboard.type('infra-23');
  await expect.poll(() => page.locator('.row').count()).toBe(1);
  await row(page, dies).locator('.row-name').click();
  await row(page, dies).locator('.detail').waitFor();
  expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), 'nothing is too wide').toBe(true);
});

test('names, folders and comments of other programs are text, and act in no way', async () => {
  const nasty = [
    '<img src=x onerror=alert(1)>',
    '</script><script>alert(2)</script>',
    '"><svg onload=alert(3)>',
    "' onmouseover='alert(4)",
    '__proto__',
    'constructor',
    '{{7*7}}${7*7}',
    '\u001b[31mred\u0007',
    '\u202Egnp.exe',
  ];
  const entries = nasty.map((name) => {
    const text = JSON.stringify(name);
    return `  ${text}: { workspace: ${text}, agent: claude, cwd: ${JSON.stringify(`/tmp/${name}`)}, status: running, delegate_job_id: ${text}, claude_session_id_own: ${text} }\n`;
  });
  world.writeRegistry(`version: 1\nsessions:\n${entries.join('')}`, 60);
  await world.openSession('<b>bold-creator-claude');
  const monitor = await world.monitor(['--page']);
  expect((await world.run(['comment', nasty.join('\n'), '--card', monitor.card])).code).toBe(0);
  const page = await openPage(await addressIn(world));
  await row(page, '<b>bold-creator-claude').waitFor();
  const shown = await page.locator('.row .name').allTextContents();
  for (const name of nasty.slice(0, 7)) expect(shown).toContain(name);
  const text = (await page.locator('body').textContent()) ?? '';
  expect(text.replaceAll('\n', ''), 'no control character acts').not.toMatch(/[\p{Cc}\u202e]/u);
  for (const button of await page.locator('.row-name').all()) await button.click();
  await page.getByRole('button', { name: /^Card/ }).click();
  await page.locator('.comments').getByText('</script><script>alert(2)</script>').first().waitFor();
  expect(
    await page
      .locator('img, main script, svg[onload], .rail script, .rail b, .row b, [onmouseover]')
      .evaluateAll((all) => all.map((one) => one.outerHTML)),
  ).toEqual([]);
  expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), 'nothing is too wide').toBe(true);
  expect(await axeFinds(page)).toEqual([]);
});

test('a server that stands still is said, and forgotten when it goes on', async () => {
  await world.openSession('shop-creator-claude');
  await world.reconcile();
  const served = await servePage(world);
  const page = await openPage(served.url);
  await row(page, 'shop-creator-claude').waitFor();
  process.kill(served.pid, 'SIGSTOP');
  try {
    const banner = page.locator('[data-banner=lost]');
    await banner.waitFor();
    expect(await banner.textContent()).toContain('last heard at');
    expect(await page.locator('.fact.live').count()).toBe(0);
  } finally {
    process.kill(served.pid, 'SIGCONT');
  }
  await page.locator('.fact.live').waitFor();
  expect(await page.locator('[data-banner=lost]').count()).toBe(0);
});

test('a tab that was frozen shows on waking what happened meanwhile', async () => {
  await world.openSession('shop-creator-claude');
  await world.openSession('blog-creator-claude');
  await world.monitor(['--page']);
  const page = await openPage(await addressIn(world));
  await row(page, 'shop-creator-claude').waitFor();
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Page.setWebLifecycleState', { state: 'frozen' });
  world.tmux(['kill-session', '-t', '=shop-creator-claude']);
  await expect.poll(() => world.logged('applied')).toBeGreaterThan(0);
  await devtools.send('Page.setWebLifecycleState', { state: 'active' });
  await row(page, 'shop-creator-claude').and(page.locator('[data-standing=gone]')).waitFor();
  await page.locator('.fact.live').waitFor();
  expect(await page.locator('[data-banner=lost]').count()).toBe(0);
  // On a busy machine a session that is not registered yet may have one until the next pass.
  await expect.poll(() => page.locator('.banner').count()).toBe(0);
});
