import { chmodSync, readFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { HermesWorld, versionsInFull } from './hermes-world.ts';
import { openTab, startBrowser } from './page/browser.ts';
import { until, type Running } from './private-world.ts';

const token = 'a-token-of-the-test';
const live = 'shop-creator-claude';
const hostile = '<img src=x onerror=alert(1)> \x1b[31m-creator-claude';
const many = Array.from({ length: 48 }, (_, index) => `lab${index}-creator-claude`);

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

describe.each(versionsInFull)('the tab in the dashboard of a real Hermes %s', (version) => {
  let world: HermesWorld;
  beforeEach(async () => {
    world = new HermesWorld(version);
    const entry = `{ workspace: shop, agent: claude, status: running, tmux_socket: ${world.socketPath()} }`;
    const lines = [hostile, ...many].map((name) => `  ${JSON.stringify(name)}: ${entry}\n`);
    world.writeRegistry(`sessions:\n${lines.join('')}`, 60);
    await world.openSession(live);
    expect(await world.run(['setup', '--plugin'])).toMatchObject({ code: 0, stderr: '' });
  });
  afterEach(() => world.close());

  /** Starts the dashboard. @returns its address */
  async function dashboard(): Promise<{ readonly address: string; readonly running: Running }> {
    const words = ['dashboard', '--port', '0', '--no-open', '--skip-build'];
    const running = world.startOther(world.wholeHermes, words, { env: { HERMES_DASHBOARD_SESSION_TOKEN: token } });
    const port = await until(
      'the dashboard',
      () => /HERMES_DASHBOARD_READY port=(\d+)/.exec(running.stdout())?.[1],
      60_000,
    );
    return { address: `http://127.0.0.1:${port}`, running };
  }

  test('shows sessions, timelines and drifts, behind its token alone', { timeout: 180_000 }, async () => {
    const monitor = await world.monitor();
    await until('the session in the registry', () => world.readRegistry().includes(live));
    const { address } = await dashboard();
    const get = (path: string, headers: Record<string, string> = {}) => fetch(`${address}${path}`, { headers });
    const known = { 'X-Hermes-Session-Token': token };
    const api = '/api/plugins/agent-sessions';
    for (const path of ['status', 'history', 'timelines']) {
      expect((await get(`${api}/${path}`)).status).toBe(401);
      expect((await get(`${api}/${path}`, { 'X-Hermes-Session-Token': 'another' })).status).toBe(401);
    }
    const status = await get(`${api}/status`, known);
    expect(status.status).toBe(200);
    expect(await status.json()).toMatchObject({
      sessions: expect.arrayContaining([expect.objectContaining({ session: live, liveness: 'alive' })]),
    });
    expect(await (await get(`${api}/history`, known)).json()).toMatchObject({
      events: expect.arrayContaining([expect.objectContaining({ kind: 'session-unregistered' })]),
    });
    // Whatever is in the folder beside what a browser needs stays there.
    const files = `${address}/dashboard-plugins/agent-sessions`;
    expect((await fetch(`${files}/api.py`, { headers: known })).status).toBe(404);
    for (const path of ['../program.json', '..%2fprogram.json', '%252e%252e/program.json'])
      expect(await (await fetch(`${files}/${path}`, { headers: known })).text()).not.toContain('AGENT_SESSIONS');

    const { page, complaints } = await openTab(browser);
    await page.goto(`${address}/agent-sessions`);
    const row = page.locator(`tr[data-session="${live}"]`);
    await row.waitFor();
    expect(await row.locator('.state').textContent()).toBe('alive');
    await row.locator('rect').first().waitFor({ state: 'attached' });
    const rows = page.locator('.agent-sessions tbody tr');
    expect(await rows.count()).toBe(2 + many.length);
    expect(await page.locator('.agent-sessions tbody').textContent()).toContain(hostile.replace('\x1b', '\\x1b'));
    await page.getByText(`${live}: tmux found but not in YAML. Auto-registered.`).waitFor();
    await page.goto(`${address}/kanban`);
    await page.locator('.agent-sessions.counts').getByText('1 alive').waitFor();
    expect(complaints).toEqual([]);
    await monitor.end('SIGTERM');

    // What an asm does that says something else, nothing at all, or has gone: the page stays, and says so.
    await page.goto(`${address}/agent-sessions`);
    await row.waitFor();
    const said = (text: RegExp) =>
      until(String(text), async () => {
        // As if the user came back to this tab: it then asks at once.
        await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
        return text.test((await page.getByRole('alert').allTextContents()).join());
      });
    world.writeRegistry('sessions: [\n', 60);
    await said(/^status: .*502.*registry/);
    const program = (body: string): void => {
      const fake = world.file('fake-asm', `#!/bin/sh\n${body}\n`);
      chmodSync(fake, 0o755);
      world.file('hermes-home/plugins/agent-sessions/program.json', JSON.stringify({ command: [fake], env: {} }));
    };
    program(`echo '{"later":"field"}'`);
    await said(/^status: .*not the answer of this version/);
    program(`printf 'a \\033[31m b {'`);
    await said(/^status: .*502.*no JSON/);
    program('exit 3');
    await said(/^status: .*502.*said nothing.* code 3/);
    expect(await rows.count()).toBe(2 + many.length);
    await page.close();

    // However many pages ask at once, one asm answers them.
    const starts = world.file('starts', '');
    program(`echo start >> '${starts}'; sleep 1; echo '{}'`);
    const ask = async (): Promise<number> => (await get(`${api}/status`, known)).status;
    await until('its answer', async () => (await ask()) === 200);
    expect(new Set(await Promise.all(Array.from({ length: 30 }, ask)))).toEqual(new Set([200]));
    expect(readFileSync(starts, 'utf8').split('start\n').length - 1).toBeLessThanOrEqual(3);
  });
});
