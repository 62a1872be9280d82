import { spawn } from 'node:child_process';
import { closeSync, constants, existsSync, fchmodSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { clean } from '../core/words/text.ts';
import { AudienceError, exitCode } from '../errors.ts';
import { BackOff } from './back-off.ts';
import { codeOf } from './errno.ts';
import { names, readText } from './if-readable.ts';

export interface LockOptions {
  /** How long to wait for a lock that another process holds; ms. */
  readonly waitMs?: number;
  /** Ends the wait. */
  readonly signal?: AbortSignal;
}

export type Locked =
  | { readonly kind: 'held'; readonly release: () => Promise<void> }
  /** `holders`: the processes that hold it, such as `pid 12 (bash)`, as far as they are known. */
  | { readonly kind: 'busy'; readonly holders: readonly string[] };

const usualWaitMs = 10_000;
/** A killed holder of a folder lock delays others for so long; ms. */
const staleMs = 3_000;

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
 * Takes the `flock(2)` that shell scripts take with `flock(1)`, without a native addon: a short-lived child locks an
 * open file description of this process, which holds the lock until it closes it. The lock file is never removed. If
 * neither `flock` nor `perl` can lock, only processes of this program respect the lock.
 * @param mode the lock file's mode, if it must be made
 * @throws the system's error if the lock file cannot be opened
 */
export async function takeFlock(path: string, mode: number, options: LockOptions = {}): Promise<Locked> {
  const { waitMs = usualWaitMs, signal } = options;
  signal?.throwIfAborted();
  const descriptor = openLock(path, mode);
  for (const [program, args] of lockers) {
    const ended = await lockWith(program, args, { descriptor, waitMs, signal });
    if (ended === 'locked') return { kind: 'held', release: async () => closeSync(descriptor) };
    if (ended === 'unable' && signal?.aborted !== true) continue;
    closeSync(descriptor);
    signal?.throwIfAborted();
    return { kind: 'busy', holders: holdersOf(path) };
  }
  closeSync(descriptor);
  return takeFolderLock(path, options);
}

/**
 * The programs that can lock. They get no time limit: BusyBox' `flock` knows no `-w`, and its error would look like a
 * held lock.
 */
const lockers: readonly (readonly [string, readonly string[]])[] = [
  ['flock', ['-x', '3']],
  ['perl', ['-e', 'open(my $f, "<&=", 3) or exit 1; flock($f, 2) or exit 1']],
];

function openLock(path: string, mode: number): number {
  try {
    const created = openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL, mode);
    // The umask may have removed bits.
    fchmodSync(created, mode);
    return created;
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    // To lock another user's file, reading it is enough. Without blocking: a pipe may be in its place.
    return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  }
}

/** Locks with one program; `unable`: the program is missing, or cannot lock. */
function lockWith(
  program: string,
  args: readonly string[],
  given: { readonly descriptor: number; readonly waitMs: number; readonly signal: AbortSignal | undefined },
): Promise<'locked' | 'late' | 'unable'> {
  const { descriptor, waitMs, signal } = given;
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      stdio: ['ignore', 'ignore', 'ignore', descriptor],
      ...(signal === undefined ? {} : { signal }),
      timeout: waitMs,
      killSignal: 'SIGKILL',
    });
    child.on('error', () => resolve('unable'));
    child.on('exit', (code) => resolve(code === null ? 'late' : code === 0 ? 'locked' : 'unable'));
  });
}

/** Tries until the time is over. A refusal that no wait can cure is thrown at once. */
async function takeFolderLock(path: string, { waitMs = usualWaitMs, signal }: LockOptions): Promise<Locked> {
  const { lock } = await import('proper-lockfile');
  const backOff = new BackOff({ shortestMs: 20, longestMs: 250 });
  const until = performance.now() + waitMs;
  for (;;) {
    signal?.throwIfAborted();
    try {
      // The library's own answer to a lock that was lost in a long stall would end the process.
      const release = await lock(path, { realpath: false, stale: staleMs, onCompromised: () => undefined });
      return { kind: 'held', release: () => release().catch(() => undefined) };
    } catch (error) {
      if (!isPassing(error, path)) throw error;
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

/**
 * Returns the holders of a lock on that file, by the `lock:` lines of every open file: /proc/locks may name a dead pid.
 */
function holdersOf(path: string): readonly string[] {
  const inode = statSync(path, { throwIfNoEntry: false })?.ino;
  if (inode === undefined) return [];
  const line = new RegExp(`^lock:.*FLOCK.*:${inode} `, 'm');
  return names('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => names(`/proc/${pid}/fdinfo`).some((fd) => line.test(readText(`/proc/${pid}/fdinfo/${fd}`) ?? '')))
    .map((pid) => `pid ${pid} (${clean((readText(`/proc/${pid}/comm`) ?? '').trim())})`);
}
