import { spawn } from 'node:child_process';
import { closeSync, constants, fchmodSync, openSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { clean } from '../core/words/text.ts';

export type Locked =
  | { readonly kind: 'held'; readonly release: () => void }
  | { readonly kind: 'busy'; readonly holders: readonly string[] };

/** How long a lock that another process holds is waited for; ms. */
export const usualWaitMs = 10_000;

/**
 * The `flock(2)` that shell scripts take with `flock(1)`, without a native addon: a short-lived child locks the open
 * file description that we gave it, and the lock stays ours until we close it. The lock file is never removed.
 * @param mode of the lock file, if it must be made.
 */
export async function takeLock(path: string, mode: number, signal: AbortSignal, waitMs = usualWaitMs): Promise<Locked> {
  signal.throwIfAborted();
  const descriptor = openLock(path, mode);
  const release = (): void => closeSync(descriptor);
  for (const [program, args] of lockers) {
    const ended = await lockWith(program, args, { descriptor, waitMs }, signal);
    if (ended === 'locked') return { kind: 'held', release };
    if (ended === 'unable' && !signal.aborted) continue;
    release();
    signal.throwIfAborted();
    return { kind: 'busy', holders: holdersOf(path) };
  }
  release();
  return lockByFolder(path, waitMs);
}

/** We keep the time ourselves: BusyBox' `flock` knows no `-w`, and would say that by the code of a lock that is held. */
const lockers: readonly (readonly [string, readonly string[]])[] = [
  ['flock', ['-x', '3']],
  ['perl', ['-e', 'open(my $f, "<&=", 3) or exit 1; flock($f, 2) or exit 1']],
];

function openLock(path: string, mode: number): number {
  try {
    const created = openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL, mode);
    // The umask has taken bits away.
    fchmodSync(created, mode);
    return created;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    // To lock a file that somebody else owns, reading it is enough. A pipe in its place must not hold us up.
    return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  }
}

/** `unable`: the program is missing, or cannot lock. */
function lockWith(
  program: string,
  args: readonly string[],
  { descriptor, waitMs }: { readonly descriptor: number; readonly waitMs: number },
  signal: AbortSignal,
): Promise<'locked' | 'late' | 'unable'> {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      stdio: ['ignore', 'ignore', 'ignore', descriptor],
      signal,
      timeout: waitMs,
      killSignal: 'SIGKILL',
    });
    child.on('error', () => resolve('unable'));
    child.on('exit', (code) => resolve(code === null ? 'late' : code === 0 ? 'locked' : 'unable'));
  });
}

/** Neither `flock` nor `perl`: a lock that at least we ourselves respect. */
async function lockByFolder(path: string, waitMs: number): Promise<Locked> {
  const { lock } = await import('proper-lockfile');
  try {
    const release = await lock(path, {
      stale: 5_000,
      retries: { retries: waitMs / 250, minTimeout: 250, maxTimeout: 250 },
      onCompromised: () => undefined,
    });
    return { kind: 'held', release: () => void release().catch(() => undefined) };
  } catch {
    return { kind: 'busy', holders: [] };
  }
}

/** Who holds a lock on that file, as `pid 12 (bash)`: the `lock:` lines of every open file, for /proc/locks may name a dead pid. */
export function holdersOf(path: string): readonly string[] {
  const inode = statSync(path, { throwIfNoEntry: false })?.ino;
  if (inode === undefined) return [];
  const holders: string[] = [];
  for (const pid of entriesOf('/proc').filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)) {
    const holds = entriesOf(`/proc/${pid}/fdinfo`).some((fd) =>
      new RegExp(`^lock:.*FLOCK.*:${inode} `, 'm').test(textOf(`/proc/${pid}/fdinfo/${fd}`)),
    );
    if (holds) holders.push(`pid ${pid} (${clean(textOf(`/proc/${pid}/comm`).trim())})`);
  }
  return holders;
}

function entriesOf(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
