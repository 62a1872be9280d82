import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** The cells of a row: sessions, what, figures, and the comparison. */
export type Row = readonly [string, string, string, string];

/**
 * Returns the wall time of one run of a program to its end; ms.
 * @throws if it fails
 */
export function timed(
  command: readonly string[],
  env: Record<string, string>,
  allowed: readonly number[] = [0],
): number {
  const [program = '', ...words] = command;
  const began = performance.now();
  const { status, stderr } = spawnSync(program, words, { env, encoding: 'utf8', maxBuffer: 1 << 28 });
  const ms = performance.now() - began;
  if (status === null || !allowed.includes(status)) throw new Error(`${command.join(' ')}: ${status} ${stderr}`);
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

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** Returns `min / median / max` in ms. */
export function spread(values: readonly number[]): string {
  const show = (ms: number): string => (ms < 10 ? ms.toFixed(1) : ms.toFixed(0));
  return `${show(Math.min(...values))} / ${show(median(values))} / ${show(Math.max(...values))}`;
}

export function ratio(one: readonly number[], other: readonly number[]): string {
  return `${(median(one) / median(other)).toFixed(2)}x`;
}

/**
 * Returns the CPU time that a process and its descendants have used so far; ms. `alone` leaves living descendants out.
 */
export function treeCpuMs(pid: number, whose: 'tree' | 'alone' = 'tree'): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const own = [11, 12, 13, 14].reduce((sum, field) => sum + Number(fields[field]), 0) * 10;
  if (whose === 'alone') return own;
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
  return children.reduce((sum, child) => sum + treeCpuMs(Number(child)), own);
}

/** Returns a CPU time as a share of one core in so many seconds. */
export function share(ms: number, seconds: number): string {
  return `${(ms / (seconds * 10)).toFixed(2)} % of a core`;
}

/** Returns the resident memory of a process; MB. */
export function residentMb(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}
