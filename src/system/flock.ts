import { spawn } from 'node:child_process';
import { closeSync, constants, fchmodSync, openSync, statSync } from 'node:fs';
import { clean } from '../core/words/text.ts';
import { codeOf } from './errno.ts';
import { giveToFolderOwner } from './folder-owner.ts';
import { namesOrNone, readText } from './if-readable.ts';
import { withoutSecrets } from './secret-variables.ts';
import { takeFolderLock, usualWaitMs, type Locked, type LockOptions } from './lock.ts';

/**
 * Takes the `flock(2)` that shell scripts take with `flock(1)`, without a native addon: a short-lived child locks an
 * open file description of this process, which holds the lock until it closes it. The lock file is never removed. If
 * neither `flock` nor `perl` can lock, only processes of this program respect the lock.
 * @param mode the lock file's mode, if it must be made
 * @param options `isShared`: also takes the folder lock, for over a network `flock(2)` may exclude only this host
 * @throws the system's error if the lock file cannot be opened
 */
export async function takeFlock(path: string, mode: number, options: LockOptions = {}): Promise<Locked> {
  const { waitMs = usualWaitMs, signal } = options;
  signal?.throwIfAborted();
  const descriptor = openLock(path, mode);
  for (const [program, args] of lockers) {
    const ended = await lockWith(program, args, { descriptor, waitMs, signal });
    if (ended === 'locked') return withOtherHosts(path, descriptor, options);
    if (ended === 'unable' && signal?.aborted !== true) continue;
    closeSync(descriptor);
    signal?.throwIfAborted();
    return { kind: 'busy', holders: holdersOf(path) };
  }
  closeSync(descriptor);
  return takeFolderLock(path, options);
}

/** Holds the flock of an open file, and where it is asked for the folder lock too. */
async function withOtherHosts(path: string, descriptor: number, options: LockOptions): Promise<Locked> {
  const free = (): void => closeSync(descriptor);
  if (options.isShared !== true) return { kind: 'held', release: async () => free() };
  try {
    const locked = await takeFolderLock(path, options);
    if (locked.kind === 'held') return { kind: 'held', release: () => locked.release().finally(free) };
    free();
    return locked;
  } catch (error) {
    free();
    throw error;
  }
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
    giveToFolderOwner(created, path);
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
      env: withoutSecrets(process.env),
      ...(signal === undefined ? {} : { signal }),
      timeout: waitMs,
      killSignal: 'SIGKILL',
    });
    child.on('error', () => resolve('unable'));
    child.on('exit', (code) => resolve(code === null ? 'late' : code === 0 ? 'locked' : 'unable'));
  });
}

/**
 * Returns the holders of a lock on that file, by the `lock:` lines of every open file: /proc/locks may name a dead pid.
 */
function holdersOf(path: string): readonly string[] {
  const inode = statSync(path, { throwIfNoEntry: false })?.ino;
  if (inode === undefined) return [];
  const line = new RegExp(`^lock:.*FLOCK.*:${inode} `, 'm');
  return namesOrNone('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) =>
      namesOrNone(`/proc/${pid}/fdinfo`).some((fd) => line.test(readText(`/proc/${pid}/fdinfo/${fd}`) ?? '')),
    )
    .map((pid) => `pid ${pid} (${clean((readText(`/proc/${pid}/comm`) ?? '').trim())})`);
}
