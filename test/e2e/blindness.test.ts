import { chmodSync, existsSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { kill, PrivateWorld, program, until } from './private-world.ts';

let world: PrivateWorld;
let server: number;
let realPath: string;

// All tests share one world: each failure is mended, and then everything must be as before.
beforeAll(async () => {
  world = new PrivateWorld();
  realPath = world.env['PATH'] ?? '';
  await world.openSession('shop-creator-claude');
  await world.openSession('blog-creator-agy', { agent: 'agy' });
  server = Number(world.tmux(['display-message', '-p', '#{pid}']));
  const first = await world.reconcile();
  expect(first.document.counts).toEqual({ alive: 2, gone: 0, unknown: 0 });
});
afterAll(async () => {
  kill(server, 'SIGCONT');
  await world.close();
});

/** Makes a program named `tmux` that comes first in PATH. */
function standIn(script: string): Record<string, string> {
  const folder = world.folder('stand-in');
  writeFileSync(join(folder, 'tmux'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return { PATH: `${folder}:${realPath}`, REAL_PATH: realPath };
}

/** Returns a PATH without tmux. */
function withoutTmux(): Record<string, string> {
  return { PATH: world.folder('empty') };
}

const asReal = 'PATH=$REAL_PATH; export PATH;';

interface Failure {
  readonly how: string;
  readonly make: () => Record<string, string>;
  readonly mend?: () => void;
  readonly reason: RegExp;
  readonly cure: RegExp;
}

const failures: readonly Failure[] = [
  {
    how: 'the server hangs',
    make: () => (kill(server, 'SIGSTOP'), {}),
    mend: () => kill(server, 'SIGCONT'),
    reason: /^no answer in 2000 ms$/,
    cure: /kill -CONT \d+/,
  },
  {
    how: 'its socket file was deleted',
    make: () => (renameSync(world.socketPath(), `${world.socketPath()}.away`), {}),
    mend: () => renameSync(`${world.socketPath()}.away`, world.socketPath()),
    reason: /No such file or directory.*still lives/,
    cure: /^kill -USR1 \d+/,
  },
  {
    how: 'its socket file was replaced by that of another server',
    make: () => {
      renameSync(world.socketPath(), `${world.socketPath()}.away`);
      world.tmux(['new-session', '-d', '-s', 'other', 'sleep 1000']);
      return {};
    },
    mend: () => {
      world.tmux(['kill-server']);
      renameSync(`${world.socketPath()}.away`, world.socketPath());
    },
    reason: /lives behind the same path, where another one answers/,
    cure: /^kill -USR1 \d+/,
  },
  {
    how: 'its folder has unsafe rights',
    make: () => (chmodSync(join(world.tmuxDir, `tmux-${process.getuid?.() ?? 0}`), 0o777), standInUnsafe()),
    mend: () => chmodSync(join(world.tmuxDir, `tmux-${process.getuid?.() ?? 0}`), 0o700),
    reason: /unsafe permissions/,
    cure: /^chmod 700/,
  },
  {
    how: 'permission is denied',
    make: () => standIn('echo "error connecting to $4 (Permission denied)" >&2; exit 1'),
    reason: /Permission denied/,
    cure: /run it as the owner/,
  },
  {
    how: 'the access list refuses us',
    make: () => standIn('echo "access not allowed"; exit 0'),
    reason: /^access not allowed$/,
    cure: /server-access -a/,
  },
  { how: 'tmux is not installed', make: withoutTmux, reason: /^tmux is not installed$/, cure: /apt-get install tmux/ },
  {
    how: 'the list is cut in its middle',
    make: () => standIn(`${asReal} tmux "$@" | head -c 120`),
    reason: /has no end/,
    cure: /asked again/,
  },
  {
    how: 'the list lacks only its end',
    make: () => standIn(`${asReal} tmux "$@" | head -n 2`),
    reason: /has no end/,
    cure: /asked again/,
  },
  {
    how: 'the client is killed while it lists',
    make: () => standIn(`${asReal} tmux "$@" | head -n 1; kill -9 $$`),
    reason: /ended by SIGKILL/,
    cure: /list-sessions/,
  },
  {
    how: 'the client ends with nothing, as after SIGTERM',
    make: () => standIn('exit 0'),
    reason: /has no end/,
    cure: /asked again/,
  },
  {
    how: 'the server is shutting down',
    make: () => standIn('echo "server exited unexpectedly" >&2; exit 1'),
    reason: /server exited unexpectedly/,
    cure: /shutting down/,
  },
  {
    how: 'client and server do not speak the same version',
    make: () => standIn('echo "protocol version mismatch (client 8, server 7)" >&2; exit 1'),
    reason: /protocol version mismatch/,
    cure: /PATH/,
  },
  {
    how: 'tmux says something new',
    make: () => standIn('echo "quux" >&2; exit 1'),
    reason: /quux/,
    cure: /list-sessions/,
  },
];

/**
 * Stands in for tmux with a folder of unsafe rights: tmux checks the rights only where it makes the path itself (`-L`),
 * not with `-S`.
 */
function standInUnsafe(): Record<string, string> {
  return standIn(`${asReal} shift 4; exec tmux -L default "$@"`);
}

test.each(failures)('$how: nothing is called dead, and the cure is said', async ({ make, mend, reason, cure }) => {
  const before = world.readRegistry();
  const env = make();

  // On a busy machine a script that stands in for tmux may be later than tmux may be.
  const late = 'no answer in 2000 ms';
  const ran = await until('tmux in time', async () => {
    const ran = await world.run(['reconcile', '--emit-diff'], { env });
    return (reason.test(late) || !ran.stdout.includes(late)) && ran;
  });
  expect(ran.code, ran.stderr).toBe(4);
  const document = JSON.parse(ran.stdout);
  expect(document.counts).toEqual({ alive: 0, gone: 0, unknown: 2 });
  expect(document.drifts).toEqual([]);
  expect(document.blind).toEqual([
    {
      source: `tmux:${world.socketPath()}`,
      since: expect.any(String),
      reason: expect.stringMatching(reason),
      cure: expect.stringMatching(cure),
    },
  ]);
  const status = await world.run(['status', '--json'], { env });
  expect(status.code).toBe(4);
  expect(JSON.parse(status.stdout).sessions.map(({ liveness }: { liveness: string }) => liveness)).toEqual([
    'unknown',
    'unknown',
  ]);
  expect(world.readRegistry()).toBe(before);

  mend?.();
  const again = await world.reconcile();
  expect(again.code).toBe(0);
  expect(again.document).toMatchObject({ drifts: [], blind: [], counts: { alive: 2, gone: 0, unknown: 0 } });
  expect(world.readRegistry()).toBe(before);
});

test('a server of another socket that hangs blinds only who could be on it', async () => {
  await world.openSession('far-creator-claude', { socket: 'far' });
  const far = Number(world.tmux(['display-message', '-p', '#{pid}'], 'far'));
  const entry = '  far-creator-claude: { agent: claude, status: running, tmux_socket: far }\n';
  world.writeRegistry(`${world.readRegistry()}${entry}`, 30);
  await world.reconcile();
  kill(far, 'SIGSTOP');
  try {
    const { code, document } = await world.reconcile();
    expect(code).toBe(4);
    expect(document.counts).toEqual({ alive: 2, gone: 0, unknown: 1 });
    expect(document.blind.map(({ source }: { source: string }) => source)).toEqual([`tmux:${world.socketPath('far')}`]);
  } finally {
    kill(far, 'SIGCONT');
  }
});

test('where no file can be opened any more, that limit is the cure, whatever was to be opened', async () => {
  const said: string[] = [];
  for (let most = 19; ; most += 1) {
    const words = [`ulimit -n ${most}; exec "$@"`, 'sh', process.execPath, program, 'reconcile', '--dry-run'];
    const running = world.startOther('sh', ['-c', ...words]);
    const code = await running.exited;
    if (code === 0) break;
    // With fewer, Node itself cannot start.
    if (code === 2 || code === 3 || code === 4) said.push(running.stdout() + running.stderr());
    expect(most).toBeLessThan(100);
  }
  expect(said).not.toEqual([]);
  for (const text of said) expect(text).toContain('raise its limit (ulimit -n)');
});

test('doctor too names that limit, and no program or file as the cause', async () => {
  // flock(1) is asked only where there is a lock.
  world.file('home/agent-sessions.yaml.lock', '');
  const said: string[] = [];
  for (let most = 19; ; most += 1) {
    const words = [`ulimit -n ${most}; exec "$@"`, 'sh', process.execPath, program, 'doctor'];
    const running = world.startOther('sh', ['-c', ...words]);
    const code = await running.exited;
    if (code === 0) break;
    // With fewer, Node itself cannot start.
    if (code !== 1 || running.stdout() !== '') said.push(running.stdout() + running.stderr());
    expect(most).toBeLessThan(100);
  }
  expect(said).not.toEqual([]);
  for (const text of said) {
    expect(text).toContain('raise its limit (ulimit -n)');
    expect(text).not.toMatch(/install it|make the lock file/);
  }
});

test('a tmux that is missing is nothing where all are terminated; a dead server leaves nothing blind', async () => {
  world.tmux(['kill-server']);
  world.tmux(['kill-server'], 'far');
  await world.reconcile();
  expect(world.readRegistry()).not.toContain('status: running');
  const { code, document } = await world.reconcile([], withoutTmux());
  expect(code).toBe(0);
  expect(document.blind).toEqual([]);
  expect(existsSync(world.registry)).toBe(true);
});

test('explain says of a living agent whose pane cannot be seen that it cannot be seen, and why', async () => {
  const blind = await world.run(['explain', 'shop-creator-claude', '--json'], { env: withoutTmux() });
  expect(JSON.parse(blind.stdout)).toMatchObject({
    liveness: 'unknown',
    not_proven: 'its pane cannot be seen: tmux is not installed',
  });
});
