import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { Mosquitto } from './mosquitto.ts';
import { openTab, startBrowser, type Watched } from './page/browser.ts';
import { addressIn } from './page/address.ts';
import { servePage } from './page/served-page.ts';
import { PrivateWorld, program } from './private-world.ts';
import { Sshd } from './sshd.ts';

/** The real page with the sessions of other hosts: a real broker, a real sshd and a browser. */

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

async function openHosts(address: string): Promise<Page> {
  await tab.page.goto(address);
  await tab.page.locator('.fact.live').waitFor();
  await tab.page.getByRole('button', { name: /^Hosts/ }).click();
  return tab.page;
}

const host = (page: Page, name: string) => page.locator(`.hosts > li[data-host="${name}"]`);
const session = (page: Page, of: string, name: string) => host(page, of).locator(`li[data-session="${name}"]`);

const since = '2026-07-01T09:00:00.000Z';
const state = (online: boolean) =>
  JSON.stringify({
    schema: 1,
    online,
    since,
    version: '0.1.0',
    counts: online ? { alive: 2, gone: 0, unknown: 0 } : null,
  });
const said = (name: string, liveness: string, activity: string | null, reason: string | null = null) =>
  JSON.stringify({
    schema: 1,
    session: name,
    status: 'running',
    liveness,
    id: null,
    job: null,
    activity,
    waiting_for: reason,
    waiting_since: reason === null ? null : since,
    at: since,
  });

test('the sessions of other hosts come from the broker, live; a host that is lost is offline, never gone', async () => {
  const broker = await Mosquitto.start(world);
  world.env['AGENT_SESSIONS_MQTT_URL'] = broker.url();
  const client = await broker.client();
  const publish = (topic: string, text: string) => client.publishAsync(`asm/${topic}`, text, { retain: true, qos: 1 });
  await publish('lab1/state', state(true));
  await publish('lab1/sessions/vision-creator-claude', said('vision-creator-claude', 'alive', 'working'));
  await publish('lab1/sessions/%3Cb%3Enasty', said('<b>nasty', 'alive', 'idle'));
  try {
    await world.openSession('shop-creator-claude');
    // The monitor puts this host there too, which the page does not show among the others.
    await world.monitor(['--page']);
    const page = await openHosts(await addressIn(world));
    await session(page, 'lab1', 'vision-creator-claude').and(page.locator('[data-standing=working]')).waitFor();
    expect(await session(page, 'lab1', '<b>nasty').locator('.name').textContent()).toBe('<b>nasty');
    expect(await page.locator('.hosts > li').count()).toBe(1);

    await publish(
      'lab1/sessions/vision-creator-claude',
      said('vision-creator-claude', 'alive', 'waiting', 'permission prompt'),
    );
    await session(page, 'lab1', 'vision-creator-claude').and(page.locator('[data-standing=waiting]')).waitFor();
    expect(await session(page, 'lab1', 'vision-creator-claude').locator('.label').textContent()).toMatch(
      /^needs you .*: permission prompt$/,
    );

    await publish('lab1/state', state(false));
    await host(page, 'lab1').and(page.locator('[data-online=false]')).waitFor();
    await session(page, 'lab1', 'vision-creator-claude').and(page.locator('[data-standing=unknown]')).waitFor();

    await broker.end('SIGTERM');
    await page.locator('.hosts-trouble').waitFor();
    expect(await host(page, 'lab1').count(), 'it is shown as it was told last').toBe(1);
    await broker.start();
    await page.locator('.hosts-trouble').waitFor({ state: 'detached' });
    await host(page, 'lab1').waitFor();
  } finally {
    broker.close();
  }
});

test('only while a browser shows the page is the broker listened to', async () => {
  const broker = await Mosquitto.start(world);
  world.env['AGENT_SESSIONS_MQTT_URL'] = broker.url();
  try {
    await world.openSession('shop-creator-claude');
    const served = await servePage(world);
    const links = (): number => connectionsTo(served.pid, broker.port);
    expect(links()).toBe(0);
    await openHosts(served.url);
    await expect.poll(links).toBe(1);
    await tab.page.close();
    await expect.poll(links).toBe(0);
  } finally {
    broker.close();
  }
});

test('hosts are asked over ssh; one that does not answer is offline, and says why', async () => {
  const sshd = await Sshd.start(world);
  try {
    await world.openSession('shop-creator-claude');
    await world.reconcile();
    const variables = Object.entries(world.env).map(([name, value]) => `${name}='${value}'`);
    const remote = ['env', ...variables, `'${process.execPath}'`, `'${program}'`].join(' ');
    const served = await servePage(world, ['--ssh', 'lab1,away', '--ssh-config', sshd.config, '--remote', remote]);
    const page = await openHosts(served.url);
    await session(page, 'lab1', 'shop-creator-claude').waitFor();
    expect(await host(page, 'lab1').getAttribute('data-online')).toBe('true');
    expect(await host(page, 'away').getAttribute('data-online')).toBe('false');
    expect(await host(page, 'away').textContent()).toContain('Connection refused');
  } finally {
    await sshd.close();
  }
});

/** Counts the connections of a process to a port of this machine. */
function connectionsTo(pid: number, port: number): number {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  const established = readFileSync(`/proc/${pid}/net/tcp`, 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , remote, status]) => remote?.endsWith(`:${hex}`) === true && status === '01')
    .map((fields) => fields[9] ?? '');
  const held = readdirSync(`/proc/${pid}/fd`).map((name) => linkOf(`/proc/${pid}/fd/${name}`));
  return established.filter((inode) => held.includes(`socket:[${inode}]`)).length;
}

/** A descriptor may be closed meanwhile. */
function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
