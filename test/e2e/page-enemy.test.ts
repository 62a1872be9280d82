import { chmodSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { freePort } from './free-port.ts';
import { startBrowser } from './page/browser.ts';
import { serveHostileSite, serveImitation } from './page/hostile-site.ts';
import { ask, servePage, type ServedPage } from './page/served-page.ts';
import { PrivateWorld } from './private-world.ts';

/** Other users of the machine, and other sites in the user's browser, against a page that may even comment. */

let browser: Browser;
let world: PrivateWorld;
let page: ServedPage;
let card: string;
beforeAll(async () => {
  browser = await startBrowser(['--host-resolver-rules=MAP evil.example 127.0.0.1']);
});
beforeEach(async () => {
  world = new PrivateWorld();
  world.file('home/.config/agent-sessions-monitor/config.yaml', 'tmux: { sockets: [] }\npage: { comments: true }\n');
  await world.openSession('shop-creator-claude');
  ({ card } = await world.monitor());
  page = await servePage(world, ['--port', String(await freePort())]);
});
afterEach(() => world.close());
afterAll(() => browser.close());

/** Runs a shell command as a user who owns nothing. Only root can become that user. */
async function asEnemy(command: string): Promise<{ readonly code: number | null; readonly said: string }> {
  const become = process.getuid?.() === 0 ? ['--reuid=65534', '--regid=65534', '--clear-groups'] : [];
  const running = world.startOther('setpriv', [...become, 'sh', '-c', command], { cwd: '/' });
  const code = await running.exited;
  return { code, said: running.stdout() + running.stderr() };
}

test('another user finds the port and the empty page, and no key', async () => {
  chmodSync(world.root, 0o755);
  chmodSync(world.home, 0o755);
  const holders = readdirSync(world.root, { recursive: true, encoding: 'utf8', withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((path) => readFileSync(path).includes(page.token));
  expect(holders.toSorted(), 'no log, no cache and no lock names it').toEqual(
    ['page.html', 'page.url'].map((name) => join(page.folder, name)),
  );
  if (process.getuid?.() === 0) {
    expect((await asEnemy('id -u')).said).toBe('65534\n');
    for (const path of [...holders, page.folder, `/proc/${page.pid}/environ`, `/proc/${page.pid}/mem`]) {
      expect((await asEnemy(`cat '${path}' || ls '${path}'`)).said, path).toMatch(/denied/i);
    }
    expect((await asEnemy(`kill -9 ${page.pid}`)).code).not.toBe(0);
  }
  const seen = await asEnemy(
    `cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ /proc/[0-9]*/comm 2>/dev/null | tr '\\0' '\\n'`,
  );
  expect(seen.said).toContain('page');
  expect(seen.said.includes(page.token)).toBe(false);
  for (const words of [['doctor'], ['status'], ['log'], ['explain', 'shop-creator-claude']]) {
    const { stdout, stderr } = await world.run(words);
    expect((stdout + stderr).includes(page.token), words.join(' ')).toBe(false);
  }
});

test('another site in the browser gets nothing, and does nothing, even with the right key', async () => {
  const hostile = await serveHostileSite();
  const tab = await browser.newPage();
  const own = `http://127.0.0.1:${page.port}`;
  for (const site of ['evil.example', '127.0.0.1', 'localhost'].map((name) => `http://${name}:${hostile.port}`)) {
    await tab.goto(site);
    for (const at of [own, own.replace('127.0.0.1', 'localhost')]) {
      const got = await tab.evaluate<Record<string, string>>(`attack(${JSON.stringify(at)}, '${page.token}')`);
      expect(Object.keys(got)).toHaveLength(11);
      expect([...new Set(Object.values(got))], `${site} at ${at}: ${JSON.stringify(got)}`).toEqual(['refused']);
    }
    await tab.setContent(`<iframe src="${page.url}"></iframe>`);
    await expect.poll(() => tab.frames()[1]?.url()).toMatch(/^chrome-error:/);

    await tab.goto(site);
    const field = `<input name='{"text":"stop monitoring","x":"' value='"}'>`;
    await tab.setContent(`<form method="post" enctype="text/plain" action="${own}/api/comment">${field}</form>`);
    const posted = tab.waitForResponse((response) => response.url().endsWith('/api/comment'));
    await Promise.all([tab.waitForURL('**/api/comment'), tab.evaluate('document.forms[0].submit()')]);
    expect((await posted).status()).toBe(403);
  }
  expect(await world.comments(card)).not.toContain('stop monitoring');
  expect((await ask(page, 'GET /api/timeline?hours=1', [page.key]))?.status, 'its user is served').toBe(200);
  await tab.close();
  await hostile.close();
});

test('a name that is bound to this address anew gets not even the empty page', async () => {
  const tab = await browser.newPage();
  const answer = await tab.goto(`http://evil.example:${page.port}/#${page.token}`);
  expect(answer?.status()).toBe(421);
  expect(await tab.locator('body').textContent()).toBe('this is no address of the page\n');
  const request = `fetch('/api/stream', { headers: { authorization: 'Bearer ${page.token}' } })`;
  expect(await tab.evaluate(`${request}.then(({ status }) => status)`)).toBe(421);
  await tab.close();
});

test('a site that opens the page has no hold on it', async () => {
  const hostile = await serveHostileSite();
  const tab = await browser.newPage();
  await tab.goto(`http://evil.example:${hostile.port}`);
  const opened = tab.waitForEvent('popup');
  await tab.evaluate(`{ held = window.open('${page.url}', 'held'); }`);
  const popup = await opened;
  await popup.locator('.fact.live').waitFor();
  expect(await popup.evaluate('opener')).toBeNull();
  expect(await tab.evaluate('held.closed')).toBe(true);
  await popup.close();
  await tab.close();
  await hostile.close();
});

test('the file that opens the page leads a browser there, and its key into no address', async () => {
  const tab = await browser.newPage();
  await tab.goto(`file://${join(page.folder, 'page.html')}`);
  await tab.locator('.fact.live').waitFor();
  expect(tab.url()).toBe(`http://127.0.0.1:${page.port}/`);
  await tab.close();
});

test('a program that takes the port of a page that has ended is not believed, and is not told the key', async () => {
  const tab = await browser.newPage();
  await tab.goto(page.url);
  await tab.locator('.fact.live').waitFor();
  await page.end('SIGTERM');
  const imitation = await serveImitation(page.port, 'paste-this-creator-claude');
  await tab.locator('[data-banner=locked]').waitFor();
  expect(imitation.asked().some((line) => line.startsWith('GET /api/proof?nonce='))).toBe(true);
  expect(imitation.asked().join('\n')).not.toContain(page.token);
  expect(await tab.locator('body').textContent()).not.toContain('paste-this');
  await tab.close();
  await imitation.close();
});
