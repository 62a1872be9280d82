import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Cells, Lane, World } from './peer.ts';

const hasStrace = spawnSync('strace', ['--version']).status === 0;

/** Returns the words that start a program so that strace writes down each process and thread that comes from it. */
export function straceInto({ home }: World): readonly string[] {
  const calls = ['-f', '--seccomp-bpf', '-qq', '-e', 'trace=fork,vfork,clone,clone3', '-e', 'signal=none'];
  return hasStrace ? ['strace', ...calls, '-o', logIn(home)] : [];
}

/** Counts the processes that each program and its children start while nothing happens. */
export async function processesStarted(lanes: readonly Lane[], seconds: number): Promise<readonly Cells[]> {
  const row = 'processes started a minute, by strace';
  if (!hasStrace) return [[row, ...lanes.map(() => 'strace is not installed')]];
  const counts = () => lanes.map(({ world }) => startsIn(textOf(logIn(world.home))));
  const before = counts();
  await pause(seconds * 1_000);
  const started = counts().map((now, index) => now - (before[index] ?? Number.NaN));
  return [[row, ...started.map((starts) => `${Math.round((starts * 60) / seconds)}`)]];
}

/** Counts the calls that make a process. The same calls make a thread, with a flag. */
export function startsIn(log: string): number {
  return log.match(/^\d+ +(?:v?fork|clone3?)\((?!.*CLONE_THREAD)/gm)?.length ?? 0;
}

function logIn(home: string): string {
  return join(home, '../strace');
}

function textOf(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}
