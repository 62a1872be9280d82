import { spawn } from 'node:child_process';
import { rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { onePath } from '../../../src/observe/tmux/sockets.ts';
import { userServers } from '../../../src/observe/tmux/user-servers.ts';
import { childrenOf, kill, until } from '../../e2e/private-world.ts';
import { privateTmux } from '../private-tmux.ts';

const uid = process.getuid?.() ?? 0;
const unreachable = (pid: number) => userServers(uid).unreachable.filter((server) => server.pid === pid);

test('a server at a path that no entry names, and that is not where tmux looks', () => {
  const tmux = privateTmux();
  tmux.open('default', 'shop');
  const { server } = tmux.open('other', 'blog');
  expect(userServers(uid).sockets).toEqual(
    expect.arrayContaining([tmux.socketPath('default'), tmux.socketPath('other')]),
  );
  expect(unreachable(server)).toEqual([]);
});

test('a server whose socket is gone cannot be asked; its cure makes it again', async () => {
  const tmux = privateTmux();
  const { server } = tmux.open('default', 'shop');
  const socket = tmux.socketPath('default');
  rmSync(socket);
  expect(userServers(uid).sockets).not.toContain(socket);
  const cure = `kill -USR1 ${server} (the server makes its socket again)`;
  expect(unreachable(server)).toMatchObject([{ socket, cure }]);
  kill(server, 'SIGUSR1');
  await until('its socket', () => userServers(uid).sockets.includes(socket));
});

test('a server whose socket is gone is known by the one spelling of its path, as an entry that names it', () => {
  const tmux = privateTmux();
  const linked = join(tmux.work, 'link');
  symlinkSync(tmux.tmpdir, linked);
  const server = Number(
    tmux.run('x', '-S', join(linked, 'far'), 'new-session', '-d', '-P', '-F', '#{pid}', 'sleep', '3600'),
  );
  onTestFinished(() => {
    for (const pid of [...childrenOf(server), server]) kill(pid, 'SIGKILL');
  });
  rmSync(join(tmux.tmpdir, 'far'));
  expect(unreachable(server)).toMatchObject([{ socket: onePath(join(linked, 'far')) }]);
});

test('a server in another mount namespace is named, not asked', async () => {
  const tmux = privateTmux();
  const socket = join(tmux.work, 'private');
  const asUser = uid === 0 ? [] : ['--map-root-user'];
  // The server has its own /tmp, as a unit with PrivateTmp= does: the path means another file there.
  const child = spawn(
    'unshare',
    [...asUser, '--mount', 'sh', '-c', 'tmux -f /dev/null -S "$0" new -d "sleep 3600"; sleep 3600', socket],
    {
      env: { PATH: process.env['PATH'], HOME: tmux.work },
      stdio: 'ignore',
    },
  );
  let server: number | null = null;
  onTestFinished(() => {
    for (const pid of server === null ? [] : [...childrenOf(server), server]) kill(pid, 'SIGKILL');
    for (const pid of childrenOf(child.pid ?? 0)) kill(pid, 'SIGKILL');
    child.kill('SIGKILL');
  });
  server = await until(
    'the server',
    () => userServers(uid).unreachable.find((one) => one.socket === socket)?.pid ?? null,
  );
  expect(unreachable(server)[0]?.reason).toBe(
    `the tmux server ${server} at ${socket} has a mount namespace of its own (PrivateTmp=, a container)`,
  );
  expect(userServers(uid).sockets).not.toContain(socket);
});

test("the servers of another user are none of this one's", () => {
  const tmux = privateTmux();
  tmux.open('default', 'shop');
  expect(userServers(uid + 1)).toEqual({ sockets: [], unreachable: [] });
});
