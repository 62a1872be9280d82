import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { keepControlClient, type StartControl } from '../../src/trigger/control-client.ts';
import { controlClientsTrigger } from '../../src/trigger/control-clients.ts';
import { orphansAmong } from '../../src/trigger/orphans.ts';
import { channelOf, ownerOf, startControl } from '../../src/trigger/start-control.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Clients that say what the test tells them to. */
function pretend() {
  const started: { socket: string; closed: boolean; at: number; on: Parameters<StartControl>[1] }[] = [];
  const start: StartControl = (socket, on) => {
    const client = { socket, closed: false, at: Date.now(), on };
    started.push(client);
    return { end: () => void (client.closed = true) };
  };
  const last = () => {
    const client = started.at(-1);
    if (client === undefined) throw new Error('none was started');
    return client;
  };
  return { started, start, last };
}

test('what a server says unasked is a hint; its answers and its end are none', () => {
  const { start, last } = pretend();
  let hints = 0;
  const client = keepControlClient('/s', start, () => (hints += 1));
  expect(client.state()).toEqual({ on: false, because: '/s: no answer yet' });
  for (const line of ['%begin 1 2 0', '%end 1 2 0', '', 'text', '%exit', '%exit detached']) last().on.line(line);
  expect(hints).toBe(0);
  expect(client.state()).toEqual({ on: true });
  for (const line of ['%sessions-changed', '%session-renamed $2 x', '%session-window-changed $0 @5'])
    last().on.line(line);
  expect(hints).toBe(3);
});

test('one that ends is started again after growing pauses, at most a minute, and its end is a hint', async () => {
  const { started, start, last } = pretend();
  let hints = 0;
  const client = keepControlClient('/s', start, () => (hints += 1));
  last().on.line('%begin 1 2 0');
  last().on.line('%exit server exited');
  last().on.ended('');
  expect(hints).toBe(1);
  expect(client.state()).toEqual({ on: false, because: '/s: server exited' });
  for (let failure = 0; failure < 9; failure += 1) {
    await vi.advanceTimersByTimeAsync(60_000);
    last().on.ended('no server running on /s');
  }
  const pauses = started.slice(1).map(({ at }, index) => at - (started[index]?.at ?? 0));
  expect(pauses.slice(0, 3)).toEqual([1_000, 61_000, 62_000]);
  expect(hints, 'a client that never worked tells of nothing').toBe(1);
  expect(client.state()).toEqual({ on: false, because: '/s: no server running on /s' });
  client.close();
  const count = started.length;
  await vi.advanceTimersByTimeAsync(600_000);
  expect(started).toHaveLength(count);
});

test('one client a living server; a server that was started anew gets a new one; the signal ends all', async () => {
  const { started, start, last } = pretend();
  const abort = new AbortController();
  const trigger = controlClientsTrigger(start, () => undefined);
  const follow = (...servers: readonly { socket: string; pid: number }[]) =>
    void trigger.follow?.({
      sockets: [],
      servers: servers.map((one) => ({ version: '3.7', ...one })),
      folders: [],
      registryHash: null,
    });
  follow({ socket: '/a', pid: 1 });
  expect(started, 'not before it is started').toEqual([]);
  void trigger.start(() => undefined, abort.signal);
  expect(trigger.state()).toEqual({ on: false, because: 'no tmux server answers' });
  follow({ socket: '/a', pid: 1 }, { socket: '/b', pid: 2 });
  follow({ socket: '/a', pid: 1 }, { socket: '/b', pid: 2 });
  for (const { on } of started) on.line('%begin 1 2 0');
  expect(trigger.state()).toEqual({ on: true });
  follow({ socket: '/a', pid: 1 }, { socket: '/b', pid: 3 });
  expect(started.map(({ socket, closed }) => `${socket} ${closed}`)).toEqual(['/a false', '/b true', '/b false']);
  expect(trigger.state()).toEqual({ on: false, because: '/b: no answer yet' });
  last().on.line('%begin 1 2 0');
  abort.abort();
  expect(started.every(({ closed }) => closed)).toBe(true);
});

test.each(['3.3a', '3.6b', '2.9', 'next-3.7', 'master', ''])(
  'a server of version %j, which a client could crash, gets none',
  (version) => {
    const { started, start } = pretend();
    const trigger = controlClientsTrigger(start, () => undefined);
    void trigger.start(() => undefined, new AbortController().signal);
    const servers = [{ socket: '/a', pid: 1, version }];
    void trigger.follow?.({ sockets: [], servers, folders: [], registryHash: null });
    expect(started).toEqual([]);
    const because = `tmux ${version} can crash while such a client comes in; 3.7 does not`;
    expect(trigger.state()).toEqual({ on: false, because });
  },
);

test('a client that was not answered is never killed: it ends by itself with its stdin', async () => {
  vi.useRealTimers();
  const folder = mkdtempSync(join(tmpdir(), 'asm-control-'));
  const path = process.env['PATH'];
  try {
    const asked = join(folder, 'asked');
    const script = `#!/bin/sh\ncat >/dev/null\nsleep 0.2\n: >'${asked}'\n`;
    writeFileSync(join(folder, 'tmux'), script);
    chmodSync(join(folder, 'tmux'), 0o755);
    process.env['PATH'] = `${folder}:${path ?? ''}`;
    startControl('/s', { line: () => undefined, ended: () => undefined }).end();
    await vi.waitFor(() => expect(existsSync(asked)).toBe(true), 5_000);
  } finally {
    process.env['PATH'] = path;
    rmSync(folder, { recursive: true });
  }
});

test('a client that was answered is killed at once, whatever it does with its stdin', async () => {
  vi.useRealTimers();
  const folder = mkdtempSync(join(tmpdir(), 'asm-control-'));
  const path = process.env['PATH'];
  try {
    writeFileSync(join(folder, 'tmux'), '#!/bin/sh\necho $$\nexec sleep 3600 </dev/null\n');
    chmodSync(join(folder, 'tmux'), 0o755);
    process.env['PATH'] = `${folder}:${path ?? ''}`;
    const pid = await new Promise<number>((resolve) => {
      const client = startControl('/s', {
        line: (line) => {
          client.end();
          resolve(Number(line));
        },
        ended: () => undefined,
      });
    });
    await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow('ESRCH'), 1_500);
  } finally {
    process.env['PATH'] = path;
    rmSync(folder, { recursive: true });
  }
});

test('an orphan is known by its channel, and by an owner that lives no more', () => {
  const argv = (channel: string) => ['tmux', '-N', '-u', '-S', '/s', '-C', 'wait-for', channel];
  const mine = { pid: 7, start: '70' };
  expect(ownerOf(argv(channelOf(mine)))).toEqual(mine);
  const processes = [
    { pid: 1, argv: argv(channelOf(mine)) },
    { pid: 2, argv: argv(channelOf({ pid: 8, start: '80' })) },
    { pid: 3, argv: argv('somebody-elses') },
    { pid: 4, argv: ['grep', ...argv(channelOf({ pid: 8, start: '80' })).slice(1)] },
    { pid: 5, argv: ['sh', '-c', 'wait', 'guard', ...argv(channelOf({ pid: 8, start: '80' }))] },
    { pid: 6, argv: [...argv(channelOf({ pid: 8, start: '80' })), ';', 'kill-server'] },
    { pid: 7, argv: [''] },
  ];
  expect(orphansAmong(processes, ({ pid }) => pid === 7)).toEqual([2]);
});
