import { existsSync, mkdirSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { cannotWrite } from './cannot-write.ts';
import { compareAndSwap } from './compare-and-swap.ts';
import { makeEntryCache } from './entry-cache.ts';
import { takeLock, usualWaitMs, type Locked } from './flock.ts';
import { lockedError } from './locked.ts';
import { makeTexts } from './parse-registry.ts';
import type { HeldRegistry, Known, ReadRegistry, ReadResult, RegistryFile } from './registry-file.ts';
import { sweepLitter } from './replace-file.ts';

export interface RegistryFileOptions {
  /** As asked for; a symlink is followed. */
  readonly path: string;
  readonly lockPath: string;
  /** The registry's own state folder: backups lie in it. */
  readonly stateDir: string;
  readonly cacheDir: string;
  /** ms since 1970. */
  readonly now: () => number;
  /** Resolves after so many ms, or rejects when the process is to end. */
  readonly wait: (ms: number) => Promise<void>;
  /** Aborts when the process is to end. */
  readonly signal: AbortSignal;
}

export function makeRegistryFile(options: RegistryFileOptions): RegistryFile {
  const { path, lockPath, stateDir, cacheDir, now, wait, signal } = options;
  const texts = makeTexts(path, makeEntryCache(join(cacheDir, `${basename(stateDir)}.entries.json`)));

  const readPatiently = async (known: Known): Promise<ReadResult> => {
    const first = await texts.readOnce(known);
    if (first.kind !== 'unreadable') return first;
    await wait(writerMs);
    return texts.readOnce(known);
  };

  return {
    path,
    prepare: texts.prepare,
    holds: texts.holds,
    takeBack: texts.takeBack,
    read: async (known) => {
      const first = await texts.readOnce(known);
      if (!mayBeHalfWritten(first, now())) return first;
      const isReadable = first.kind !== 'unreadable';
      const locked = await lockToRead(lockPath, isReadable ? shortWaitMs : usualWaitMs, signal);
      if (locked?.kind === 'busy') {
        // A lock that is kept for so long is not one writer's moment, and a text that reads is better than none.
        if (isReadable) return first;
        throw lockedError(lockPath, locked.holders);
      }
      try {
        return await readPatiently(known);
      } finally {
        locked?.release();
      }
    },
    underLock: (work, abort) => underLock(options, readPatiently, work, abort),
    sweep: () => {
      if (existsSync(path)) sweepLitter(realpathSync(path));
      return Promise.resolve();
    },
  };
}

/** How long a writer who keeps to no lock may take to write the registry in place; ms. */
const writerMs = 500;
/** A text so young may be half of one: a writer in place empties the file and fills it again; ms. */
const youngMs = 100;

function mayBeHalfWritten(read: ReadResult, now: number): boolean {
  return read.kind === 'unreadable' || Math.abs(now - (read.registry.mtime ?? 0)) < youngMs;
}

/** How long a writer's lock is waited for where its text reads already; ms. */
const shortWaitMs = 1_000;

/** Waits for the writer who has the lock. `null`: none keeps to it (to look must not make it), or it is not ours to open. */
async function lockToRead(lockPath: string, waitMs: number, signal: AbortSignal): Promise<Locked | null> {
  if (!existsSync(lockPath)) return null;
  const locked = await takeLock(lockPath, 0o600, signal, waitMs).catch(() => null);
  signal.throwIfAborted();
  return locked;
}

async function underLock<Answer>(
  { path, lockPath, stateDir }: RegistryFileOptions,
  read: ReadRegistry,
  work: (held: HeldRegistry) => Promise<Answer>,
  signal: AbortSignal,
): Promise<Answer> {
  const refused = (cause: unknown): Error => {
    signal.throwIfAborted();
    return cannotWrite(path, lockPath, cause);
  };
  let target: string;
  let locked: Locked;
  try {
    target = existsSync(path) ? realpathSync(path) : path;
    mkdirSync(dirname(target), { recursive: true, mode: 0o700 });
    const mode = (statSync(target, { throwIfNoEntry: false })?.mode ?? 0o600) & 0o777;
    locked = await takeLock(lockPath, mode, signal);
  } catch (cause) {
    throw refused(cause);
  }
  if (locked.kind === 'busy') throw lockedError(lockPath, locked.holders);
  try {
    return await work({
      read,
      swap: (expected, prepared) => {
        try {
          return compareAndSwap(target, expected, prepared, stateDir);
        } catch (cause) {
          throw refused(cause);
        }
      },
    });
  } finally {
    locked.release();
  }
}
