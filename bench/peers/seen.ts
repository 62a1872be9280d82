import { execFile } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { percentiles } from '../measure.ts';
import type { Cells, Lane, Watched, World } from './peer.ts';

const run = promisify(execFile);
const deaths = 20;
/** No period of a watcher divides it, so that deaths meet every phase of it; ms. */
const everyMs = 2_600;
/** How long a death may stay unseen; ms. */
const patienceMs = 30_000;

/** Measures how long each program takes to show a death, for the same deaths at the same times. */
export async function timesToSeen(lanes: readonly Lane[]): Promise<readonly Cells[]> {
  const times = await Promise.all(lanes.map(waits));
  return [
    ['where a death is read', ...lanes.map(({ peer }) => peer.seenIn)],
    [`${deaths} deaths, to seen: p50 / p95 / max`, ...times.map(cell)],
  ];
}

async function waits({ world, running }: Lane): Promise<readonly number[]> {
  const victims = world.sessions.slice(0, deaths);
  const ended = new Map<string, number>();
  const seen = new Map<string, number>();
  const begin = performance.now();
  while (seen.size < deaths && performance.now() < begin + deaths * everyMs + patienceMs) {
    const next = victims[ended.size];
    if (next !== undefined && performance.now() >= begin + ended.size * everyMs) {
      ended.set(next.name, performance.now());
      await end(world, next, ended.size);
    }
    const gone = await running.gone();
    const now = performance.now();
    for (const [name, at] of ended) if (gone.has(name) && !seen.has(name)) seen.set(name, now - at);
    await pause(5);
  }
  return victims.map(({ name }) => seen.get(name) ?? Number.POSITIVE_INFINITY);
}

async function end({ socket, env }: World, { pane, session }: Watched, turn: number): Promise<void> {
  if (turn % 2 === 0) process.kill(pane, 'SIGKILL');
  else await run('tmux', ['-S', socket, 'kill-session', '-t', `=${session}`], { env });
}

function cell(times: readonly number[]): string {
  const seen = times.filter(Number.isFinite);
  const unseen = times.length - seen.length;
  const missed = unseen === 0 ? '' : `, ${unseen} not in ${patienceMs / 1_000} s`;
  return `${seen.length === 0 ? 'none' : `${percentiles(seen)} ms`}${missed}`;
}
