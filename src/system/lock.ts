import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AudienceError, exitCode } from '../errors.ts';
import { ownLockOnly, remover } from './abandoned-lock.ts';
import { BackOff } from './back-off.ts';
import { codeOf } from './errno.ts';
import { namesOrNone, statOrNull } from './if-readable.ts';
import { sweepTemporaries } from './replace-file.ts';
import { sharedFileSystem } from './shared-file-system.ts';

export interface LockOptions {
  /** How long to wait for a lock that another process holds; ms. */
  readonly waitMs?: number;
  /** How long a folder lock counts that its holder no longer touches; ms. */
  readonly staleMs?: number;
  /** Ends the wait. */
  readonly signal?: AbortSignal;
  /** Whether other hosts, with other clocks, may hold the lock. Absent: for a folder lock, what the file system says. */
  readonly isShared?: boolean;
}

export type Locked =
  | { readonly kind: 'held'; readonly release: () => Promise<void> }
  /** `holders`: the processes that hold it, such as `pid 12 (bash)`, as far as they are known. */
  | { readonly kind: 'busy'; readonly holders: readonly string[] };

/** How long to wait for a lock that another process holds, unless the caller says otherwise; ms. */
export const usualWaitMs = 10_000;
/** A holder of a folder lock touches it so often, and a killed one delays others for so long; ms. */
const touchedEveryMs = 1_000;
const usualStaleMs = 3_000;
/** The clocks of two hosts do not differ by so much; ms. */
const clocksDifferMs = 24 * 60 * 60_000;

/** Another process kept a lock of this program for too long. */
export class LockBusyError extends AudienceError {
  override readonly name = 'LockBusyError';
  constructor(path: string) {
    super(exitCode.registry, 'another process has kept the lock for too long; nothing was written', {
      where: `${path}.lock`,
      cure: 'wait for that process, or end it, and try again',
    });
  }
}

/**
 * Does the work while no other process of this program works under the lock of that path. The lock is a folder beside
 * the path: unlike `flock(2)` it also excludes another host, where both share a home on NFS.
 * @throws LockBusyError if another process keeps the lock for too long; the system's error if it cannot be made
 */
export async function withLock<Answer>(
  path: string,
  work: () => Answer | Promise<Answer>,
  options: LockOptions = {},
): Promise<Answer> {
  const locked = await takeFolderLock(path, options);
  if (locked.kind === 'busy') throw new LockBusyError(path);
  try {
    return await work();
  } finally {
    await locked.release();
  }
}

/**
 * Removes what killed processes have left in a folder: temporary files, and locks, which it takes as the next holder
 * would. For long there may be no next holder.
 */
export async function sweepFolder(folder: string): Promise<void> {
  sweepTemporaries(folder);
  const locks = namesOrNone(folder).filter((name) => name.endsWith(ending));
  for (const lock of locks.map((name) => join(folder, name)).filter(isAbandoned)) {
    // What cannot be removed is no reason to do nothing else.
    const locked = await takeFolderLock(lock.slice(0, -ending.length), { waitMs: 0 }).catch(() => null);
    if (locked?.kind === 'held') await locked.release();
  }
}

const ending = '.lock';

/** Decides whether a lock's holder has been dead for a while: a living one renews its folder's time. */
function isAbandoned(lock: string): boolean {
  const stat = statOrNull(lock);
  return stat !== null && stat.isDirectory() && Date.now() - stat.mtimeMs > usualStaleMs;
}

/**
 * Takes the lock that is a folder beside the path. Tries until the time is over; a refusal that no wait can cure is
 * thrown at once.
 */
export async function takeFolderLock(path: string, options: LockOptions): Promise<Locked> {
  const { waitMs = usualWaitMs, staleMs = usualStaleMs, signal } = options;
  const { isShared = sharedFileSystem(dirname(path)) !== null } = options;
  const { lock } = await import('proper-lockfile');
  const backOff = new BackOff({ shortestMs: 20, longestMs: 250 });
  const removeLeft = remover(`${path}.lock`, { staleMs, oldMs: isShared ? clocksDifferMs : staleMs });
  const until = performance.now() + waitMs;
  // The library would compare the lock's time with this clock, and the holder may be a host with another clock. Its own
  // answer to a lock that was lost in a long stall would end the process.
  const lasting = { realpath: false, stale: Infinity, update: touchedEveryMs, onCompromised: () => undefined };
  for (;;) {
    signal?.throwIfAborted();
    try {
      const release = await lock(path, { ...lasting, fs: ownLockOnly() });
      return { kind: 'held', release: () => release().catch(() => undefined) };
    } catch (error) {
      if (!isPassing(error, path)) throw error;
      if (removeLeft()) continue;
      if (performance.now() >= until) return { kind: 'busy', holders: [] };
    }
    await sleep(backOff.next(), undefined, signal === undefined ? {} : { signal });
  }
}

/**
 * Decides whether to try again: another process holds the lock, or took it as stale at the moment when it was made.
 */
function isPassing(error: unknown, path: string): boolean {
  const code = codeOf(error);
  return code === 'ELOCKED' || (code === 'ENOENT' && existsSync(dirname(path)));
}
