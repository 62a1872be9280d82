import { copyFileSync, lstatSync, readlinkSync, symlinkSync, unlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive, ownProcess } from '../system/process-identity.ts';
import { makeForFolderOwner } from '../system/folder-owner.ts';
import { codeOf } from '../system/errno.ts';

/** How long a writer waits for a rotation that is under way, and how often it checks; ms. */
const waitAtMostMs = 5_000;
const lookEveryMs = 5;

/**
 * Runs `replace` while every writer of the log at `path` waits before it counts its line as written. A writer checks
 * for the mark after its write: either its line was there when `replace` began, or it sees the mark. Nothing runs while
 * another process rotates. The caller holds the log's lock: two processes that find the mark of a killed one would
 * otherwise remove the mark that one of them has just made.
 */
export function whileRotating(path: string, place: string, replace: () => void): void {
  const { pid, start } = ownProcess();
  try {
    // A symbolic link appears together with its content.
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

/** Resolves at once, or after the milliseconds of a rotation. */
export async function afterRotation(path: string, place: string): Promise<void> {
  for (let waited = 0; isRotating(path, place) && waited < waitAtMostMs; waited += lookEveryMs)
    await sleep(lookEveryMs);
}

/** Keeps the former log beside the new one. */
export function keepFormer(path: string): void {
  const former = path.replace(/\.jsonl$/, '.1.jsonl');
  makeForFolderOwner(former);
  copyFileSync(path, former);
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
  const own = ownProcess();
  // A rotation of this process is over once anything else runs here: its mark could not be removed.
  if (where === place && Number(pid) === own.pid && start === own.start) return false;
  // A pid of another place says nothing here, so such a process only gets its time.
  if (where !== place) return Date.now() - made < waitAtMostMs;
  return isAlive({ pid: Number(pid), start });
}

function markOf(path: string): string {
  return `${path}.rotating`;
}
