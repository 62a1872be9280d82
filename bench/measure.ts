import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { readText } from '../src/system/if-readable.ts';
import { readChildren, readStat } from '../src/system/proc-files.ts';

/** The cells of a row: sessions, what, figures, and the comparison. */
export type Row = readonly [string, string, string, string];

/**
 * Returns the wall time of one run of a program to its end; ms.
 * @throws if it fails
 */
export function timed(command: readonly string[], env: Record<string, string>): number {
  const [program = '', ...words] = command;
  const began = performance.now();
  const { status, stderr } = spawnSync(program, words, { env, encoding: 'utf8', maxBuffer: 1 << 28 });
  const ms = performance.now() - began;
  if (status !== 0) throw new Error(`${command.join(' ')}: ${status} ${stderr}`);
  return ms;
}

/**
 * Runs all in turn, so that a change of the machine's speed meets all alike.
 * @returns the times of each; ms
 */
export async function inTurn<Name extends string>(
  runs: number,
  subjects: Readonly<Record<Name, () => number | Promise<number>>>,
): Promise<Record<Name, number[]>> {
  const times: Partial<Record<Name, number[]>> = {};
  const names = Object.keys(subjects) as Name[];
  for (let run = 0; run < runs; run += 1) {
    for (const name of names) times[name] = [...(times[name] ?? []), await subjects[name]()];
  }
  return times as Record<Name, number[]>;
}

/** Longer than anything takes that a monitor is waited for; ms. */
const longestWaitMs = 120_000;

/**
 * Waits until it is so.
 * @throws if it never is: a second bench, for example, has sessions of the same names
 */
export async function until(what: string, isSo: () => boolean, everyMs: number): Promise<void> {
  const deadline = performance.now() + longestWaitMs;
  while (!isSo()) {
    if (performance.now() > deadline) throw new Error(`waited ${longestWaitMs / 1_000} s for ${what}`);
    await pause(everyMs);
  }
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** Returns `min / median / max` in ms. */
export function spread(values: readonly number[]): string {
  const show = (ms: number): string => (ms < 10 ? ms.toFixed(1) : ms.toFixed(0));
  return `${show(Math.min(...values))} / ${show(median(values))} / ${show(Math.max(...values))}`;
}

/** Returns `p50 / p95 / max` in ms. */
export function percentiles(values: readonly number[]): string {
  const sorted = values.toSorted((one, other) => one - other);
  const at = (part: number): string => (sorted[Math.ceil(sorted.length * part) - 1] ?? Number.NaN).toFixed(0);
  return `${at(0.5)} / ${at(0.95)} / ${at(1)}`;
}

export function ratio(one: readonly number[], other: readonly number[]): string {
  return `${(median(one) / median(other)).toFixed(2)}x`;
}

/**
 * Returns the CPU time that a process and its descendants have used so far; ms. `alone` leaves living descendants out.
 */
export function treeCpuMs(pid: number, whose: 'tree' | 'alone' = 'tree'): number {
  const own = cpuMs(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  if (whose === 'alone') return own;
  return childrenOf(pid).reduce((sum, child) => sum + livingCpuMs(child), own);
}

/** Returns the same for a child that may end at any time. Its parent counts the time of an ended child. */
function livingCpuMs(pid: number): number {
  const stat = readText(`/proc/${pid}/stat`);
  return stat === null ? 0 : childrenOf(pid).reduce((sum, child) => sum + livingCpuMs(child), cpuMs(stat));
}

function cpuMs(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return [11, 12, 13, 14].reduce((sum, field) => sum + Number(fields[field]), 0) * 10;
}

/** Returns the living children of all threads of a process. */
export function childrenOf(pid: number): readonly number[] {
  return readChildren(pid, readStat(pid)?.threads ?? 1) ?? [];
}

/** Returns a CPU time as a share of one core in so many seconds. */
export function share(ms: number, seconds: number): string {
  return `${(ms / (seconds * 10)).toFixed(2)} % of a core`;
}

/** Returns the resident memory of a process; MB. */
export function residentMb(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}
