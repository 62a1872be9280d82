import { once } from 'node:events';
import { existsSync, mkdirSync, rmdirSync, renameSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { behaviourOf } from '../../../src/core/place/tmux-versions.ts';
import { processReader } from '../../../src/observe/process/process-reader.ts';
import { askDeadSocket, askSocket } from '../../../src/observe/tmux/tmux.ts';
import { isAlive, kill, until } from '../../e2e/private-world.ts';
import { privateTmux } from '../private-tmux.ts';
import { put, scratchFolder } from '../scratch.ts';
import { never } from '../../never.ts';

function look() {
  return processReader('linux', 2_000).look(never);
}

function askAt(socket: string, { deadlineMs = 60_000 } = {}) {
  return askSocket(socket, { program: 'tmux', deadlineMs }, look(), never);
}

async function serverAt(socket: string) {
  const { seen } = await askAt(socket);
  if ('blind' in seen) throw new Error(seen.blind);
  if (seen.known.server === null) throw new Error(seen.known.said);
  return seen.known.server;
}

test('a living server tells its sessions, its panes and itself, with one client', async () => {
  const tmux = privateTmux();
  const { server, pane } = tmux.open('default', 'shop');
  const second = Number(tmux.run('default', 'split-window', '-d', '-P', '-F', '#{pane_pid}', 'sleep', '3600'));
  const panes = () => tmux.run('default', 'list-panes', '-a', '-F', '#{pane_current_command} #{pane_current_path}');
  await until('both to run their program', () => panes() === `sleep ${tmux.work}\nsleep ${tmux.work}`);
  const { seen, spawns } = await askAt(tmux.socketPath('default'));
  expect(spawns).toBe(1);
  const windowId = '@0';
  const one = { windowId, dead: false, command: 'sleep', cwd: tmux.work };
  expect(seen).toEqual({
    known: {
      hidden: [],
      said: 'complete list of 1 session',
      server: {
        pid: server,
        start: await look().startOf(server),
        startedAt: Number(tmux.run('default', 'display-message', '-p', '#{start_time}')) * 1000,
        version: tmux.run('default', 'display-message', '-p', '#{version}'),
        sessions: [
          {
            id: '$0',
            name: 'shop',
            created: Number(tmux.run('default', 'display-message', '-p', '#{session_created}')) * 1000,
            panes: [
              { ...one, id: '%0', pid: pane },
              { ...one, id: '%1', pid: second },
            ],
          },
        ],
      },
    },
  });
});

test('what a program wrote as the title of its pane comes as it is, up to a length', async () => {
  const tmux = privateTmux();
  const { pane } = tmux.open('default', 'shop');
  const titleAfter = async (...words: readonly string[]): Promise<string | undefined> => {
    tmux.run('default', 'select-pane', '-T', ...words);
    return (await askAt(tmux.socketPath('default'))).titles.get(pane);
  };
  expect(await titleAfter('⠧ a #{b} "c" $(d) #[fg=red] | work')).toBe('⠧ a  "c" $(d) #[fg=red] | work');
  expect(await titleAfter('')).toBe('');
  expect(await titleAfter('\u2800'.repeat(5000))).toBe('\u2800'.repeat(300));
  const seen = await serverAt(tmux.socketPath('default'));
  expect(JSON.stringify(seen)).not.toContain('\u2800');
});

test('names that tmux could take for something else come as they are', async () => {
  const tmux = privateTmux();
  const names = ['$9', '%1', '=x', '@3', '-dash', '{last}', 'two words', 'größe-工-🦀', 'agent', 'agent-2'];
  for (const name of names) tmux.open('default', name);
  const { sessions } = await serverAt(tmux.socketPath('default'));
  expect(sessions.map(({ name }) => name).toSorted()).toEqual(names.toSorted());
});

test('a folder with tabs and newlines, or one that plays a row and the end of the list, stays a folder', async () => {
  const tmux = privateTmux();
  const forged = join(tmux.work, 'x\n$9\t1\t@9\t%9\t9\t0\tforged\tclaude\t\nEND\t1\t1\t3.3a');
  mkdirSync(forged);
  tmux.open('default', 'shop', ['-c', forged]);
  const told = async () =>
    (await serverAt(tmux.socketPath('default'))).sessions.map(({ name, panes }) => [name, panes.map(({ cwd }) => cwd)]);
  // tmux asks the kernel for the folder: a new process may not be in it yet, and may show none.
  await until('the pane to be in its folder', async () => !['', tmux.work].includes((await told())[0]?.[1]?.[0] ?? ''));
  expect(await told()).toEqual([['shop', [forged]]]);
});

test("a folder that was removed keeps its name, and the kernel's word is no part of it", async () => {
  const tmux = privateTmux();
  const removed = join(tmux.work, 'removed');
  mkdirSync(removed);
  tmux.open('default', 'shop', ['-c', removed]);
  const cwd = async () => (await serverAt(tmux.socketPath('default'))).sessions[0]?.panes[0]?.cwd;
  await until('the pane to be in its folder', async () => (await cwd()) === removed);
  rmdirSync(removed);
  expect(await cwd()).toBe(removed);
  // A folder's own name may end with that word.
  mkdirSync(`${removed} (deleted)`);
  tmux.open('other', 'shop', ['-c', `${removed} (deleted)`]);
  const other = async () => (await serverAt(tmux.socketPath('other'))).sessions[0]?.panes[0]?.cwd;
  await until('the pane to be in its folder', async () => (await other()) !== tmux.work && (await other()) !== '');
  expect(await other()).toBe(`${removed} (deleted)`);
});

test("the caller's locale does not change what is told", async () => {
  const tmux = privateTmux();
  tmux.open('default', 'größe');
  vi.stubEnv('TMUX', undefined);
  vi.stubEnv('LC_ALL', 'C');
  const { sessions } = await serverAt(tmux.socketPath('default')).finally(() => vi.unstubAllEnvs());
  expect(sessions.map(({ name }) => name)).toEqual(['größe']);
});

test("the caller's own tmux does not decide who is asked", async () => {
  const tmux = privateTmux();
  const own = tmux.open('own', 'own');
  tmux.open('other', 'other');
  vi.stubEnv('TMUX', `${tmux.socketPath('own')},${own.server},0`);
  const { sessions } = await serverAt(tmux.socketPath('other')).finally(() => vi.unstubAllEnvs());
  expect(sessions.map(({ name }) => name)).toEqual(['other']);
});

test('a pane whose program has ended, and which tmux keeps, is told as dead', async () => {
  const tmux = privateTmux();
  const { pane } = tmux.open('default', 'shop');
  tmux.run('default', 'set-option', '-w', 'remain-on-exit', 'on');
  kill(pane, 'SIGKILL');
  const dead = await until('the pane to be dead', async () =>
    (await serverAt(tmux.socketPath('default'))).sessions[0]?.panes.find((one) => one.dead),
  );
  const { version } = await serverAt(tmux.socketPath('default'));
  expect(dead.pid).toBe(behaviourOf(version).pidOfDeadPane === 'is told' ? pane : null);
});

test('a server without any session is a whole empty list, with a second client', async () => {
  const tmux = privateTmux();
  const { server } = tmux.open('default', 'shop');
  tmux.run('default', 'set-option', '-s', 'exit-empty', 'off');
  tmux.run('default', 'kill-session');
  expect(isAlive(server)).toBe(true);
  expect(await askAt(tmux.socketPath('default'))).toMatchObject({
    seen: { known: { said: 'complete list of 0 sessions', server: { pid: server, sessions: [] } } },
    spawns: 2,
  });
});

test('where no server ever was, and where one died, there is none; and none is started', async () => {
  const tmux = privateTmux();
  const missing = tmux.socketPath('missing');
  expect(await askAt(missing)).toMatchObject({
    seen: {
      known: {
        server: null,
        hidden: [],
        said: expect.stringMatching(/^no server: .*No such file.*, and no tmux server process$/),
      },
    },
  });
  expect(existsSync(missing)).toBe(false);

  const { server } = tmux.open('default', 'shop');
  kill(server, 'SIGKILL');
  await until('the server to end', () => !isAlive(server));
  const stale = tmux.socketPath('default');
  expect(existsSync(stale)).toBe(true);
  // A client that comes in the server's last moment hears that the server is shutting down.
  const seen = await until('it to be gone', async () => {
    const asked = await askAt(stale);
    return 'known' in asked.seen ? asked.seen : null;
  });
  expect(seen).toMatchObject({
    known: {
      server: null,
      hidden: [],
      said: expect.stringMatching(/^no server: (no server running on|error connecting)/),
    },
  });
  expect(await askDeadSocket(stale, look())).toEqual({
    known: {
      server: null,
      hidden: [],
      said: 'no server: no process listens at the socket, and there is no tmux server process',
    },
  });
});

test('a socket file that was deleted under a living server is blindness, and its cure cures', async () => {
  const tmux = privateTmux();
  const { server } = tmux.open('default', 'shop');
  const socket = tmux.socketPath('default');
  rmSync(socket);
  const { seen } = await askAt(socket);
  expect(seen).toEqual({
    blind: expect.stringContaining(`but the tmux server ${server} that could be it still lives`),
    cure: `kill -USR1 ${server} (the server makes its socket again)`,
  });
  expect(await askDeadSocket(socket, look())).toBeNull();
  kill(server, 'SIGUSR1');
  await until('the socket', () => existsSync(socket));
  expect((await serverAt(socket)).pid).toBe(server);
});

test('the servers behind other sockets are not taken for the missing one', async () => {
  const tmux = privateTmux();
  tmux.open('other', 'shop');
  expect(await askAt(tmux.socketPath('default'))).toMatchObject({ seen: { known: { server: null } } });
});

test('a socket file that was moved away is asked for where it was, and found where it is', async () => {
  const tmux = privateTmux();
  const { server } = tmux.open('default', 'shop');
  const socket = tmux.socketPath('default');
  renameSync(socket, `${socket}.away`);
  expect((await askAt(socket)).seen).toMatchObject({ cure: expect.stringContaining(`kill -USR1 ${server}`) });
  expect((await serverAt(`${socket}.away`)).pid).toBe(server);
});

test('a stopped server is no answer, and told again once it goes on', async () => {
  const tmux = privateTmux();
  const { server } = tmux.open('default', 'shop');
  const socket = tmux.socketPath('default');
  kill(server, 'SIGSTOP');
  expect((await askAt(socket, { deadlineMs: 300 })).seen).toEqual({
    blind: 'no answer in 300 ms',
    cure: `if it is stopped: kill -CONT ${server}`,
  });
  kill(server, 'SIGCONT');
  expect((await serverAt(socket)).sessions).toHaveLength(1);
});

test('a plain file at its place is no server; another program that listens there is no answer', async () => {
  const socket = put(join(scratchFolder(), 'default'), 'a plain file');
  expect((await askAt(socket)).seen).toMatchObject({ known: { server: null } });
  rmSync(socket);
  const listener = createServer(() => undefined).listen(socket);
  onTestFinished(() => void listener.close());
  await once(listener, 'listening');
  expect((await askAt(socket, { deadlineMs: 300 })).seen).toEqual({
    blind: 'no answer in 300 ms',
    cure: 'see whether the server is stopped (state T): ps -eo pid,stat,args | grep tmux',
  });
  expect(await askDeadSocket(join(socket, '..', 'other'), look())).toMatchObject({ known: { server: null } });
});

test('a path that no socket can have', async () => {
  const long = join(scratchFolder(), 'x'.repeat(120), 'default');
  expect((await askAt(long)).seen).toEqual({
    blind: expect.stringMatching(/File name too long|socket path too long/),
    cure: 'name a socket path of at most 107 bytes (103 on macOS)',
  });
});
