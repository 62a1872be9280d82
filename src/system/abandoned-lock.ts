import { lstatSync, mkdir, renameSync, rmdirSync, stat, utimes, type NoParamCallback, type Stats } from 'node:fs';
import { codeOf } from './errno.ts';
import { ifReadable } from './if-readable.ts';
import { temporaryOf, tryUnlink } from './replace-file.ts';

interface Ages {
  /** A lock that stays untouched for so long while this process waits is that of a dead holder; ms. */
  readonly staleMs: number;
  /** The age at which it is so by its time and this clock; ms. */
  readonly oldMs: number;
}

/**
 * Returns a function that removes a folder lock if its holder is dead, and says whether it did so. Where only this
 * machine uses the folder, the lock's time says it. The clock of another host may be minutes away: there the lock must
 * stay untouched.
 */
export function remover(lock: string, { staleMs, oldMs }: Ages): () => boolean {
  let seen = { state: '', at: 0 };
  return () => {
    const now = standing(lock);
    if (now === null) return false;
    const state = stateOf(now);
    if (state !== seen.state) seen = { state, at: performance.now() };
    const isLeft = performance.now() - seen.at > staleMs || Date.now() - now.mtimeMs > oldMs;
    return isLeft && removeFolder(lock, state);
  };
}

/**
 * Returns what of `node:fs` the lock library needs, for one lock: it removes the lock only as this process touched it
 * last. A process that was stopped for seconds may find the lock of another in its place.
 */
export function ownLockOnly() {
  let touchedAt = NaN;
  const removeOwn = (lock: string): void => {
    const now = standing(lock);
    // A file system may keep whole seconds. Another holder waited for longer before it took the lock.
    if (now !== null && Math.abs(now.mtimeMs - touchedAt) < 1_000) removeFolder(lock, stateOf(now));
  };
  return {
    mkdir,
    stat,
    utimes: (path: string, accessed: Date, modified: Date, done: NoParamCallback): void =>
      utimes(path, accessed, modified, (error) => {
        if (error === null) touchedAt = modified.getTime();
        done(error);
      }),
    rmdir: (path: string, done: (error: unknown) => void): void => {
      try {
        removeOwn(path);
        done(null);
      } catch (error) {
        done(error);
      }
    },
    rmdirSync: removeOwn,
  };
}

/** Returns the state of what stands at a path: of a link itself, which is no lock. */
function standing(path: string): Stats | null {
  return ifReadable(() => lstatSync(path, { throwIfNoEntry: false }) ?? null);
}

function stateOf({ ino, mtimeMs }: Stats): string {
  return `${ino} ${mtimeMs}`;
}

/**
 * Removes an empty folder if it is in that state still. Another process may have removed it meanwhile and made a lock of
 * its own in its place, so it is moved aside before it is looked at once more. If this process is killed in between, it
 * lies there as a temporary file does, and is swept like one.
 */
function removeFolder(lock: string, state: string): boolean {
  // Named after the locked file: the lock's own name is longer, and a name has room for 255 bytes.
  const aside = temporaryOf(lock.replace(/\.lock$/, ''));
  // A write of this process that failed may have left its file there, and no folder takes a file's place.
  tryUnlink(aside);
  try {
    renameSync(lock, aside);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return true;
    throw error;
  }
  let isRemoved = false;
  try {
    const moved = standing(aside);
    if (moved !== null && stateOf(moved) === state) {
      rmdirSync(aside);
      isRemoved = true;
    }
    return isRemoved;
  } catch (cause) {
    // The system names the folder aside, and the user must find what stands in the way.
    const message = 'what stands there is no lock of this program';
    throw Object.assign(new Error(message, { cause }), { code: codeOf(cause), path: lock });
  } finally {
    if (!isRemoved) renameSync(aside, lock);
  }
}
