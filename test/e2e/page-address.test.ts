import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ask, folderOf, servePage } from './page/served-page.ts';
import { PrivateWorld, until } from './private-world.ts';

/** Where the address of the page stands, who may read it, and which port it has. */

let world: PrivateWorld;
let taken: Server | null = null;
beforeEach(() => {
  world = new PrivateWorld();
});
afterEach(async () => {
  await new Promise((resolve) => (taken === null ? resolve(null) : taken.close(resolve)));
  taken = null;
  await world.close();
});

const mode = (path: string): string => (statSync(path).mode & 0o777).toString(8);
const files = ['page.url', 'page.html'] as const;
const there = (folder: string): readonly string[] => files.filter((name) => existsSync(join(folder, name)));

/** Takes a port as another program does. @param port 0: any */
async function take(port: number): Promise<number> {
  const server = createServer();
  taken = server;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', () => resolve());
  });
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  '%s: the files are for their owner alone, and gone after it',
  async (signal) => {
    const page = await servePage(world);
    expect(page.stdout()).toBe(`${page.url}\n`);
    expect(page.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#[\w-]{43}$/);
    expect(Buffer.from(page.token, 'base64url')).toHaveLength(32);
    expect(readFileSync(join(page.folder, 'page.url'), 'utf8')).toBe(`${page.url}\n`);
    expect(readFileSync(join(page.folder, 'page.html'), 'utf8')).toContain(page.url);
    for (const name of [...files, 'page.json']) expect(mode(join(page.folder, name)), name).toBe('600');
    expect(mode(page.folder)).toBe('700');
    expect(readFileSync(join(page.folder, 'page.json'), 'utf8'), 'what stays names no key').not.toContain(page.token);
    expect(await page.end(signal)).toBe(0);
    expect(there(page.folder)).toEqual([]);
    await expect(ask(page, 'GET /')).resolves.toBeNull();
  },
);

test('a restart keeps the port and makes a new key; a killed page is replaced', async () => {
  const first = await servePage(world);
  await first.end('SIGINT');
  const second = await servePage(world);
  expect(second.port).toBe(first.port);
  expect(second.token).not.toBe(first.token);
  expect((await ask(second, 'GET /api/timeline?hours=1', [first.key]))?.status).toBe(401);
  expect((await ask(second, 'GET /api/timeline?hours=1', [second.key]))?.status).toBe(200);

  await second.end('SIGKILL');
  expect(there(second.folder), 'nothing could remove them').toEqual(files);
  chmodSync(join(second.folder, 'page.url'), 0o644);
  const third = await servePage(world);
  expect(third.port).toBe(first.port);
  expect(new Set([first.token, second.token, third.token]).size).toBe(3);
  expect(readFileSync(join(third.folder, 'page.url'), 'utf8')).toBe(`${third.url}\n`);
  expect(mode(join(third.folder, 'page.url'))).toBe('600');
});

test('beside a monitor: the same files, and a kill leaves nothing that misleads', async () => {
  const monitor = await world.monitor(['--page']);
  const folder = folderOf(world);
  const { stdout, code } = await world.run(['page', '--json']);
  expect(code).toBe(0);
  const told = JSON.parse(stdout);
  expect(told).toMatchObject({ is_others: true, url: readFileSync(join(folder, 'page.url'), 'utf8').trim() });
  expect(monitor.stderr() + monitor.stdout(), 'the address is printed by `page` alone').not.toContain('#');
  expect(monitor.stderr()).toContain(`the page is on port ${told.port}`);
  await monitor.end('SIGKILL');
  const page = await servePage(world);
  expect(page.url).not.toBe(told.url);
  expect(page.port).toBe(told.port);
  await page.end('SIGTERM');
  const again = await world.monitor(['--page']);
  expect(await again.end('SIGTERM')).toBe(0);
  expect(there(folder)).toEqual([]);
});

test('a port that the user names and that is taken ends it with 2; the former port is only tried', async () => {
  const port = await take(0);
  const refused = await world.run(['page', '--port', String(port)]);
  expect(refused).toMatchObject({ code: 2, stdout: '' });
  expect(refused.stderr).toBe(
    `port ${port} is taken\n127.0.0.1:${port}\nname another with --port or \`page.port\` in the config; 0 takes one that is free\n`,
  );
  const json = await world.run(['page', '--port', String(port), '--json']);
  expect(JSON.parse(json.stderr)).toMatchObject({ error: { code: 2, message: `port ${port} is taken` } });
  for (const wrong of ['65536', '-1', 'x', '1.5']) expect((await world.run(['page', '--port', wrong])).code).toBe(2);

  world.file('home/.config/agent-sessions-monitor/config.yaml', `tmux: { sockets: [] }\npage: { port: ${port} }\n`);
  expect(await world.run(['page'])).toMatchObject({ code: 2, stdout: '' });
  expect(await world.run(['monitor', '--page'])).toMatchObject({ code: 2, stdout: '' });
  world.file('home/.config/agent-sessions-monitor/config.yaml', 'tmux: { sockets: [] }\n');

  const first = await servePage(world);
  await first.end('SIGINT');
  await take(first.port).catch(() => undefined);
  const second = await servePage(world);
  expect(second.port).not.toBe(first.port);
  await second.end('SIGINT');
  const third = await servePage(world);
  expect(third.port, 'the last one counts').toBe(second.port);
});

test('there is one page for each registry: the next ones print its address', async () => {
  const page = await servePage(world);
  const second = await world.run(['page']);
  expect(second).toMatchObject({ code: 0, stdout: `${page.url}\n` });
  expect(await world.run(['page', '--port', String(page.port)])).toMatchObject({ code: 0, stdout: `${page.url}\n` });
  const other = await world.run(['page', '--port', '1']);
  expect(other).toMatchObject({ code: 2, stdout: '' });
  expect(other.stderr).toContain(`process ${page.pid} serves the page already, on port ${page.port}`);
  expect(there(page.folder), 'it stays').toEqual(files);
  expect((await ask(page, 'GET /api/timeline?hours=1', [page.key]))?.status).toBe(200);

  const elsewhere = world.start(['page', '--json'], { AGENT_SESSIONS_YAML: join(world.home, 'other.yaml') });
  await until('the address of another one', () => elsewhere.stdout().endsWith('\n'));
  expect(JSON.parse(elsewhere.stdout())).toMatchObject({ is_others: false });
});

test('several that start at once are one page', async () => {
  const all = Array.from({ length: 4 }, () => world.start(['page', '--json']));
  const told = await Promise.all(
    all.map((each) => until('an address', () => (each.stdout().endsWith('\n') ? JSON.parse(each.stdout()) : null))),
  );
  expect(new Set(told.map(({ url }) => url)).size).toBe(1);
  expect(told.filter((each) => each.is_others === false)).toHaveLength(1);
});

test('files that its user removed do not keep it from ending in order', async () => {
  const page = await servePage(world);
  rmSync(join(page.folder, 'page.html'));
  expect(await page.end('SIGTERM')).toBe(0);
  expect(there(page.folder)).toEqual([]);
  const next = await servePage(world);
  rmSync(next.folder, { recursive: true });
  expect(await next.end('SIGTERM')).toBe(0);
  expect(next.stderr()).not.toMatch(/ENOENT|stack/);
});

describe('the state folder', () => {
  test('may be a link; a link in the place of the address is replaced, never followed', async () => {
    const real = world.folder('real-state');
    symlinkSync(real, world.state);
    const page = await servePage(world);
    await page.end('SIGINT');
    const target = world.file('target', 'precious');
    for (const name of files) symlinkSync(target, join(page.folder, name));
    const next = await servePage(world);
    expect(readFileSync(target, 'utf8')).toBe('precious');
    for (const name of files) expect(mode(join(next.folder, name))).toBe('600');
    await next.end('SIGINT');
    expect(readFileSync(target, 'utf8')).toBe('precious');
  });

  test('whose mode another program has opened holds files that stay closed', async () => {
    mkdirSync(world.state, { mode: 0o755 });
    const page = await servePage(world);
    for (const name of [...files, 'page.json']) expect(mode(join(page.folder, name))).toBe('600');
    expect(mode(page.folder)).toBe('700');
  });

  test('that cannot be written ends it before it serves', async () => {
    symlinkSync(join(world.root, 'nowhere'), world.state);
    const lost = await world.run(['page']);
    expect(lost).toMatchObject({ code: 3, stdout: '' });
    expect(lost.stderr).toContain('a link leads nowhere');
    rmSync(world.state);

    world.file('state', 'a file');
    const blocked = await world.run(['page']);
    expect(blocked).toMatchObject({ code: 3, stdout: '' });
    expect(blocked.stderr.trim().split('\n').length).toBeLessThanOrEqual(3);
    renameSync(world.state, `${world.state}-file`);

    mkdirSync(world.state, { mode: 0o555 });
    chmodSync(world.root, 0o755);
    chmodSync(world.home, 0o755);
    chmodSync(world.folder('outsider'), 0o755);
    const closed = await world.runAsNobody(['page'], {});
    expect(closed).toMatchObject({ code: 3, stdout: '' });
    expect(closed.stderr).toContain(world.state);
  });
});
