import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { childrenOf, isAlive, kill, PrivateWorld, until, which, type Running } from './private-world.ts';
import { untilQuiet } from './until-quiet.ts';

/** The program waits for tmux for at least so long; ms. */
const deadlineMs = 1_800;

let world: PrivateWorld;
let server: number;
beforeAll(async () => {
  world = new PrivateWorld();
  await world.openSession('shop-creator-claude');
  await world.reconcile();
  server = Number(world.tmux(['display-message', '-p', '#{pid}']));
});
afterAll(async () => {
  kill(server, 'SIGCONT');
  await world.close();
});

/**
 * Sends a signal while tmux is being asked. The program's own deadline may come first where the machine is held up: then
 * it begins anew.
 * @param former resolves once the look before the one that is to be interrupted is over; default: it is the first look
 */
async function interruptedWhileAsking(
  words: readonly string[],
  signal: NodeJS.Signals,
  former?: (running: Running) => Promise<unknown>,
): Promise<{ readonly running: Running; readonly code: number | null }> {
  for (;;) {
    if (former === undefined) kill(server, 'SIGSTOP');
    let began = performance.now();
    const running = world.start(words);
    if (former !== undefined) {
      await former(running);
      began = performance.now();
      kill(server, 'SIGSTOP');
    }
    await until('tmux to be asked', () => childrenOf(running.pid).length > 0 || !isAlive(running.pid), undefined, 5);
    const code = await running.end(signal);
    kill(server, 'SIGCONT');
    if (performance.now() - began < deadlineMs) return { running, code };
  }
}

test.each([[['reconcile', '--json']], [['status', '--json']], [['doctor', '--json']]])(
  'a signal in the middle of %j concludes nothing',
  async (words) => {
    const { running, code } = await interruptedWhileAsking(words, 'SIGINT');
    expect({ code, signal: running.child.signalCode, stdout: running.stdout(), stderr: running.stderr() }).toEqual({
      code: null,
      signal: 'SIGINT',
      stdout: '',
      stderr: '',
    });
  },
);

test('a signal while Hermes is asked at the start is no refusal of the board', async () => {
  const asked = join(world.root, 'asked');
  chmodSync(world.file('bin/hermes', `#!/bin/sh\ntouch '${asked}'\nexec sleep 1000\n`), 0o700);
  const running = world.start(['monitor', '--board', 'hermes', '--card', 't_1']);
  await until('hermes to be asked', () => existsSync(asked));
  expect(await running.end('SIGINT')).toBeNull();
  expect({ signal: running.child.signalCode, stdout: running.stdout(), stderr: running.stderr() }).toEqual({
    signal: 'SIGINT',
    stdout: '',
    stderr: '',
  });
});

test('a signal in the middle of a later look keeps the last answer and its exit code', async () => {
  for (const words of [
    ['status', '--watch', '--json'],
    ['reconcile', '--subscribe', '--json'],
  ]) {
    const { running, code } = await interruptedWhileAsking([...words, '--interval', '1s'], 'SIGTERM', (begun) =>
      until('the first answer', () => begun.stdout() !== ''),
    );
    expect(code).toBe(0);
    expect(running.stdout().trimEnd().split('\n')).toHaveLength(1);
  }
});

test('an interval of weeks is waited for without haste', async () => {
  const looks = world.file('looks', '');
  chmodSync(world.file('bin/tmux', `#!/bin/sh\necho >>'${looks}'\nexec ${which('tmux')} "$@"\n`), 0o700);
  const running = world.start(['status', '--watch', '--interval', '600h']);
  await until('the first answer', () => running.stdout() !== '');
  // Terminals of others that came while it started are a reason to look once more.
  await untilQuiet(() => readFileSync(looks, 'utf8').length, 1_000);
  expect(await running.end('SIGTERM')).toBe(0);
  expect(running.stderr()).toBe('');
});

test('a monitor whose terminal is gone ends by the hang-up: Node aborts where it cannot restore a terminal', async () => {
  const ended = join(world.root, 'ended-by');
  // As a shell does, it hands the hang-up on; then it writes the signal that ended the monitor.
  const shell = `my $p = fork // die; exec @ARGV if !$p; $SIG{HUP} = sub { kill HUP => $p };
    1 while waitpid($p, 0) != $p; open my $f, '>', '${ended}'; print $f $? & 127`;
  const words = ['perl', '-e', shell, 'agent-sessions-monitor', 'monitor', '--interval', '1s'];
  const before = world.logged('run');
  world.openPane(['-s', 'terminal', ...words], 'terminals');
  await until('the monitor to watch', () => world.logged('run') === before + 1);
  world.tmux(['kill-session', '-t', '=terminal'], 'terminals');
  await until('the end of the monitor', () => existsSync(ended) && readFileSync(ended, 'utf8') !== '');
  expect(readFileSync(ended, 'utf8'), 'SIGHUP').toBe('1');
  expect(world.logged('run'), 'it was paused in order').toBe(before + 2);
});
