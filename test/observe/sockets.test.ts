import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { loadSettings } from '../../src/config/load-settings.ts';
import { onePath, userSockets } from '../../src/observe/sockets.ts';
import { scratchFolder } from './scratch.ts';

test('the path of a word, of a path and of nothing', () => {
  const { pathOf } = userSockets('/nowhere', 1000);
  expect([null, 'default', 'two words', '/run/other/socket', '/run/./other//socket'].map(pathOf)).toEqual([
    '/nowhere/tmux-1000/default',
    '/nowhere/tmux-1000/default',
    '/nowhere/tmux-1000/two words',
    '/run/other/socket',
    '/run/other/socket',
  ]);
});

test('one spelling a socket, through links, whether its file is there or not', () => {
  const folder = scratchFolder();
  mkdirSync(join(folder, 'real/tmux-1000'), { recursive: true });
  symlinkSync('real', join(folder, 'link'));
  const expected = join(folder, 'real/tmux-1000/default');
  expect(onePath(join(folder, 'link/tmux-1000/default'))).toBe(expected);
  expect(onePath(join(folder, 'link/tmux-1000/../tmux-1000/default'))).toBe(expected);
  expect(userSockets(join(folder, 'link'), 1000).pathOf(null)).toBe(expected);
  expect(onePath(join(folder, 'missing/default'))).toBe(join(folder, 'missing/default'));
});

test("the user's sockets are those files that are sockets", async () => {
  const folder = scratchFolder();
  const own = join(folder, 'tmux-1000');
  mkdirSync(join(own, 'a-folder'), { recursive: true });
  writeFileSync(join(own, 'a-file'), '');
  symlinkSync('loop', join(own, 'loop'));
  symlinkSync('nothing', join(own, 'dangling'));
  for (const name of ['default', 'two words']) {
    const server = createServer().listen(join(own, name));
    onTestFinished(() => void server.close());
    await once(server, 'listening');
  }
  expect(userSockets(folder, 1000).all()).toEqual([join(own, 'default'), join(own, 'two words')]);
  expect(userSockets(folder, 1001).all()).toEqual([]);
});

test('a TMUX_TMPDIR that names nothing is /tmp, as for tmux', async () => {
  const home = scratchFolder();
  const tmpdir = async (env: Record<string, string>) =>
    (await loadSettings({ flags: {}, env, home, cwd: home })).tmux.tmpdir;
  expect(await tmpdir({ TMUX_TMPDIR: home })).toBe(home);
  expect(await tmpdir({ TMUX_TMPDIR: join(home, 'missing') })).toBe('/tmp');
  expect(await tmpdir({ TMUX_TMPDIR: '' })).toBe('/tmp');
  expect(await tmpdir({})).toBe('/tmp');
});
