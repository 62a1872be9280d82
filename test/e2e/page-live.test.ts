import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { addressIn } from './page/address.ts';
import { openTab, startBrowser, whenDrawn, type Watched } from './page/browser.ts';
import { PrivateWorld, until, type Running } from './private-world.ts';

/** The real page of real sessions: tmux, a monitor, the server and a browser. */

let browser: Browser;
let world: PrivateWorld;
let tab: Watched;
beforeAll(async () => {
  browser = await startBrowser();
});
beforeEach(async () => {
  world = new PrivateWorld();
  tab = await openTab(browser);
});
afterEach(async () => {
  await tab.page.close();
  await world.close();
  expect(tab.complaints, 'the browser complains about nothing').toEqual([]);
});
afterAll(() => browser.close());

async function openPage(address: string): Promise<Page> {
  await tab.page.goto(address);
  await tab.page.locator('.fact.live').waitFor();
  return tab.page;
}

const row = (page: Page, session: string) => page.locator(`.row[data-session="${session}"]`);
const bands = (page: Page, session: string) =>
  row(page, session)
    .locator('.band')
    .evaluateAll((all) => all.map((band) => band.getAttribute('data-what')));

test('a session that is killed turns its row and its band; the log tells it', async () => {
  await world.openSession('shop-creator-claude');
  await world.openSession('blog-creator-agy', { agent: 'agy' });
  const { pid } = await world.monitor(['--page']);
  const page = await openPage(await addressIn(world));
  await whenDrawn(page);
  expect(await page.locator('.fact').first().textContent()).toContain(`monitor ${pid}`);
  await expect.poll(() => row(page, 'shop-creator-claude').getAttribute('data-standing')).not.toBe('gone');

  world.tmux(['kill-session', '-t', '=shop-creator-claude']);
  await row(page, 'shop-creator-claude').and(page.locator('[data-standing=gone]')).waitFor();
  await expect.poll(async () => (await bands(page, 'shop-creator-claude')).at(-1)).toBe('gone');
  await page.locator('.rail .event[data-kind=session-gone]').waitFor();
  expect(await page.locator('.rail .event[data-kind=session-gone] p').textContent()).toContain('shop-creator-claude');
  expect(await row(page, 'blog-creator-agy').getAttribute('data-standing')).not.toBe('gone');

  await page.reload();
  await row(page, 'shop-creator-claude').and(page.locator('[data-standing=gone]')).waitFor();
  expect(page.url()).not.toContain('#');
});

test('a session that ended long before shows how to resume it, also beside a monitor', async () => {
  const [id, session] = ['10000000-0000-4000-8000-000000000001', 'shop-creator-claude'];
  world.file(`home/.claude/projects/p/${id}.jsonl`, '{}\n');
  const fields = `agent: claude, cwd: ${world.work}, claude_session_id_own: ${id}`;
  const ended = 'status: terminated, terminated_at: 2026-07-01T09:00:00Z, termination_mode: auto-detected';
  world.writeRegistry(`sessions:\n  ${session}: { ${fields}, ${ended} }\n`, 60);
  await world.monitor(['--page']);
  const page = await openPage(await addressIn(world));
  await row(page, session).locator('.row-name').click();
  await page.getByText(`cd ${world.work} && claude --resume ${id}`).waitFor();
});

test('a monitor that ends says so; its next one keeps the port, and the open page says how to open it again', async () => {
  await world.openSession('shop-creator-claude');
  const first = await world.monitor(['--page']);
  const address = await addressIn(world);
  const page = await openPage(address);
  await whenDrawn(page);
  await first.end('SIGTERM');
  await page.locator('[data-banner=ended]').waitFor();

  await world.monitor(['--page']);
  const next = await addressIn(world, address);
  expect(new URL(next).port).toBe(new URL(address).port);
  const banner = page.locator('[data-banner=locked]');
  await banner.waitFor();
  expect(await banner.textContent()).toContain('asm page --open');
  await page.goto(next);
  await page.locator('.fact.live').waitFor();
  expect(await page.locator('.banner').count()).toBe(0);
  await expect
    .poll(() => bands(page, 'shop-creator-claude'), { message: 'no monitor watched between' })
    .toContain('unwatched');
});

test('a server that is killed is seen at once', async () => {
  await world.openSession('shop-creator-claude');
  const monitor = await world.monitor(['--page']);
  const page = await openPage(await addressIn(world));
  await monitor.end('SIGKILL');
  await page.locator('[data-banner=lost]').waitFor();
  expect(await page.locator('.fact.dead').textContent()).toMatch(/^not live looked/);
});

test('without a monitor the page looks itself, says so, and writes nothing', async () => {
  await world.openSession('shop-creator-claude');
  await world.run(['reconcile', '--once']);
  const before = world.registryMtime();
  const served: Running = world.start(['page', '--port', '0']);
  const address = await until('its address', () => /^http\S+$/m.exec(served.stdout())?.[0] ?? null);
  const page = await openPage(address);
  await page.getByText('No monitor runs: this page only looks.').waitFor();
  await row(page, 'shop-creator-claude').waitFor();
  await world.openSession('blog-creator-agy', { agent: 'agy' });
  world.tmux(['kill-session', '-t', '=shop-creator-claude']);
  await row(page, 'shop-creator-claude').and(page.locator('[data-standing=gone]')).waitFor();
  await page.getByText('Not in the registry yet: blog-creator-agy.').waitFor();
  expect(world.registryMtime()).toBe(before);
  const monitor = await world.monitor();
  await page.getByText(`monitor ${monitor.pid}`).waitFor();
});

test('a comment on the local card stops the monitor that reads it', async () => {
  world.file('home/.config/agent-sessions-monitor/config.yaml', 'tmux: { sockets: [] }\npage: { comments: true }\n');
  await world.openSession('shop-creator-claude');
  const monitor = await world.monitor(['--page']);
  const page = await openPage(await addressIn(world));
  await page.getByRole('button', { name: /^Card/ }).click();
  await page.getByLabel('Comment on the card').fill('thanks, stop monitoring');
  await page.getByRole('button', { name: 'Comment' }).click();
  expect(await monitor.exited).toBe(0);
  expect(await world.comments(monitor.card)).toContain('thanks, stop monitoring');
  await page.locator('[data-banner=ended]').waitFor();
});
