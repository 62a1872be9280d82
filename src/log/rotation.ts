import { copyFileSync, lstatSync, readlinkSync, symlinkSync, unlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive, ownProcess } from '../system/process-identity.ts';
import { codeOf } from '../system/errno.ts';

/** How long a writer waits for a rotation that goes on, and how often it looks; ms. */
const waitAtMostMs = 5_000;
const lookEveryMs = 5;

/**
 * Does `replace` while every writer of the log at `path` waits before it counts its line as written. A writer looks for
 * the mark after its write, so a line that it counts is there when `replace` begins, or the mark is seen. Not at all
 * while another process rotates.
 */
export function whileRotating(path: string, place: string, replace: () => void): void {
  const { pid, start } = ownProcess();
  try {
    // A link is there with what it says at once.
    symlinkSync(`${pid} ${start} ${place}`, markOf(path));
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    if (!isRotating(path, place)) unlinkSync(markOf(path));
    return;
  }
  try {
    replace();
  } finally {
    unlinkSync(markOf(path));
  }
}

/** Resolves at once but for the milliseconds of a rotation. */
export async function afterRotation(path: string, place: string): Promise<void> {
  for (let waited = 0; isRotating(path, place) && waited < waitAtMostMs; waited += lookEveryMs)
    await sleep(lookEveryMs);
}

/** The log as it was, beside the one that goes on. */
export function keepFormer(path: string): void {
  copyFileSync(path, path.replace(/\.jsonl$/, '.1.jsonl'));
}

function isRotating(path: string, place: string): boolean {
  let mark: string;
  let made: number;
  try {
    mark = readlinkSync(markOf(path));
    made = lstatSync(markOf(path)).mtimeMs;
  } catch {
    return false;
  }
  const [pid, start = '', where = place] = mark.split(' ');
  // No pid tells here whether a process in another place lives: it has had its time.
  if (where !== place) return Date.now() - made < waitAtMostMs;
  return isAlive({ pid: Number(pid), start });
}

function markOf(path: string): string {
  return `${path}.rotating`;
}
