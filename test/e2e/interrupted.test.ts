import { chmodSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { childrenOf, kill, PrivateWorld, until, type Running } from './private-world.ts';

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

/** Sends a signal while tmux is being asked. */
async function interruptedWhileAsking(running: Running, signal: NodeJS.Signals): Promise<number | null> {
  await until('tmux to be asked', () => childrenOf(running.pid).length > 0, 5_000, 5);
  return running.end(signal);
}

test.each([[['reconcile', '--json']], [['status', '--json']], [['doctor', '--json']]])(
  'a signal in the middle of %j concludes nothing',
  async (words) => {
    kill(server, 'SIGSTOP');
    const running = world.start(words);
    expect(await interruptedWhileAsking(running, 'SIGINT')).toBeNull();
    expect({ signal: running.child.signalCode, stdout: running.stdout(), stderr: running.stderr() }).toEqual({
      signal: 'SIGINT',
      stdout: '',
      stderr: '',
    });
    kill(server, 'SIGCONT');
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
    const running = world.start([...words, '--interval', '1s']);
    await until('the first answer', () => running.stdout() !== '');
    kill(server, 'SIGSTOP');
    expect(await interruptedWhileAsking(running, 'SIGTERM')).toBe(0);
    expect(running.stdout().trimEnd().split('\n')).toHaveLength(1);
    kill(server, 'SIGCONT');
  }
});

test('an interval of weeks is waited for without haste', async () => {
  const running = world.start(['status', '--watch', '--interval', '600h']);
  await until('the first answer', () => running.stdout() !== '');
  await until('the first look to have ended', () => childrenOf(running.pid).length === 0);
  await expect(until('another look', () => childrenOf(running.pid).length > 0, 1_000, 5)).rejects.toThrow();
  expect(await running.end('SIGTERM')).toBe(0);
  expect(running.stderr()).toBe('');
});
