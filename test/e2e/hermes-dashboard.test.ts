import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { HermesWorld, hermesVersions } from './hermes-world.ts';
import { openTab, startBrowser } from './page/browser.ts';
import { until, type Running } from './private-world.ts';

const token = 'a-token-of-the-test';
const live = 'shop-creator-claude';
const hostile = '<img src=x onerror=alert(1)>-creator-claude';

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

describe.each(hermesVersions)('the tab in the dashboard of a real Hermes %s', (version) => {
  let world: HermesWorld;
  beforeEach(async () => {
    world = new HermesWorld(version);
    world.writeRegistry(
      `sessions:\n  "${hostile}": { workspace: shop, agent: claude, status: running, tmux_socket: ${world.socketPath()} }\n`,
      60,
    );
    await world.openSession(live);
    expect(await world.run(['setup', '--plugin'])).toMatchObject({ code: 0, stderr: '' });
  });
  afterEach(() => world.close());

  /** Starts the dashboard. @returns its address */
  async function dashboard(): Promise<{ readonly address: string; readonly running: Running }> {
    const words = ['dashboard', '--port', '0', '--no-open', '--skip-build'];
    const running = world.startOther(world.hermes, words, { env: { HERMES_DASHBOARD_SESSION_TOKEN: token } });
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
    for (const path of ['status', 'history', 'states']) {
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
    expect(await row.locator('rect').count()).toBeGreaterThan(0);
    expect(await page.locator('.agent-sessions tbody tr').count()).toBe(2);
    expect(await page.locator('.agent-sessions tbody').textContent()).toContain(hostile);
    await page.getByText(`${live}: tmux found but not in YAML. Auto-registered.`).waitFor();
    await page.goto(`${address}/kanban`);
    await page.locator('.agent-sessions.counts').getByText('1 alive').waitFor();
    expect(complaints).toEqual([]);
    await page.close();

    await monitor.end('SIGTERM');
  });

  test('says why nothing can be shown', { timeout: 120_000 }, async () => {
    const { address } = await dashboard();
    world.writeRegistry('sessions: [\n', 60);
    const { page } = await openTab(browser);
    await page.goto(`${address}/agent-sessions`);
    expect(await page.getByRole('alert').first().textContent()).toMatch(/^status: .*502.*registry/);
    await page.close();
  });
});
