import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { resolveSettings } from '../../../src/config/settings.ts';
import { onePath, userSockets } from '../../../src/observe/tmux/sockets.ts';
import { scratchFolder } from '../scratch.ts';

const nowhere = { tmpdir: '/nowhere', uid: 1000, home: '/home/me' };

test('the path of a word, of a path and of nothing', () => {
  const { pathOf } = userSockets({ ...nowhere, tmpdir: '/nowhere' });
  expect([null, 'default', 'two words', '/run/other/socket', '/run/./other//socket'].map(pathOf)).toEqual([
    '/nowhere/tmux-1000/default',
    '/nowhere/tmux-1000/default',
    '/nowhere/tmux-1000/two words',
    '/run/other/socket',
    '/run/other/socket',
  ]);
});

test('a path with its home as people write it, and words that name no path for certain', () => {
  const { pathOf } = userSockets(nowhere);
  const written = ['~/.tmux/agents.sock', '$HOME/.tmux/agents.sock', '${HOME}/.tmux/agents.sock'];
  expect(written.map(pathOf)).toEqual(written.map(() => '/home/me/.tmux/agents.sock'));
  const uncertain = ['~bob/agents.sock', 'run/agents.sock', '$XDG_RUNTIME_DIR/agents.sock'];
  expect(uncertain.map(pathOf)).toEqual(uncertain);
});

test('one spelling a socket, through links, whether its file is there or not', () => {
  const folder = scratchFolder();
  mkdirSync(join(folder, 'real/tmux-1000'), { recursive: true });
  symlinkSync('real', join(folder, 'link'));
  const expected = join(folder, 'real/tmux-1000/default');
  expect(onePath(join(folder, 'link/tmux-1000/default'))).toBe(expected);
  expect(onePath(join(folder, 'link/tmux-1000/../tmux-1000/default'))).toBe(expected);
  expect(userSockets({ ...nowhere, tmpdir: join(folder, 'link') }).pathOf(null)).toBe(expected);
  symlinkSync('tmux-1000/agents', join(folder, 'real/agents.sock'));
  expect(onePath(join(folder, 'link/agents.sock'))).toBe(join(folder, 'real/tmux-1000/agents'));
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
  expect(userSockets({ ...nowhere, tmpdir: folder }).all()).toEqual([join(own, 'default'), join(own, 'two words')]);
  expect(userSockets({ ...nowhere, tmpdir: folder, uid: 1001 }).all()).toEqual([]);
});

test('a TMUX_TMPDIR that names nothing is /tmp, as for tmux', async () => {
  const home = scratchFolder();
  const tmpdir = async (env: Record<string, string>) =>
    (await resolveSettings({ flags: {}, env, home, cwd: home }, [])).tmux.tmpdir;
  expect(await tmpdir({ TMUX_TMPDIR: home })).toBe(home);
  expect(await tmpdir({ TMUX_TMPDIR: join(home, 'missing') })).toBe('/tmp');
  expect(await tmpdir({ TMUX_TMPDIR: '' })).toBe('/tmp');
  expect(await tmpdir({})).toBe('/tmp');
});
