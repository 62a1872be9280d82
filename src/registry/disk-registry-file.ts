import { existsSync, lstatSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { RegistryError } from '../errors.ts';
import { makeFolders } from '../system/folder-owner.ts';
import { takeFlock } from '../system/flock.ts';
import { usualWaitMs, type Locked } from '../system/lock.ts';
import { statOrNull } from '../system/if-readable.ts';
import { sharedFileSystem } from '../system/shared-file-system.ts';
import { sweepTemporaries } from '../system/replace-file.ts';
import type { AgentFacts } from '../core/model/agent.ts';
import { cannotWrite } from './cannot-write.ts';
import { compareAndSwap } from './compare-and-swap.ts';
import { makeEntryCache } from './entry-cache.ts';
import { makeTexts } from './read-registry.ts';
import type { HeldRegistry, Known, ReadResult, RegistryFile } from './registry-file.ts';

export interface RegistryFileOptions {
  /** The path as it was asked for; a symlink is followed. */
  readonly path: string;
  readonly lockPath: string;
  /** The registry's own state folder, which holds the backups. */
  readonly stateDir: string;
  readonly cacheDir: string;
  /** Whose words and id fields are known. */
  readonly agents: readonly AgentFacts[];
  /** ms since 1970. */
  readonly now: () => number;
  /** Resolves after so many ms, or rejects when the process must end. */
  readonly wait: (ms: number) => Promise<void>;
  /** Aborts when the process must end. */
  readonly signal: AbortSignal;
  /** How long to wait for a lock that another process holds; ms. Default: as for every lock. */
  readonly waitMs?: number;
  /** Decides whether other hosts write the registry too. Absent: only the folder's file system says so. */
  readonly isShared?: () => boolean;
}

export function makeRegistryFile(options: RegistryFileOptions): RegistryFile {
  const { path, stateDir, cacheDir, agents, wait } = options;
  const texts = makeTexts(path, makeEntryCache(join(cacheDir, `${basename(stateDir)}.entries.json`), agents), agents);
  const { readOnce, ...changes } = texts;
  const readPatiently = async (known: Known): Promise<ReadResult> => {
    const first = await readOnce(known);
    if (first.kind !== 'unreadable') return first;
    await wait(writerMs);
    return readOnce(known);
  };
  return {
    ...changes,
    path,
    read: async (known) => {
      const first = await readOnce(known);
      return mayBeHalfWritten(first, options.now()) ? readLocked(options, first, () => readPatiently(known)) : first;
    },
    underLock: async (work, signal) => {
      const { target, release } = await lockToWrite(options, signal);
      try {
        return await work({ read: readPatiently, swap: swapper(options, target, signal) });
      } finally {
        await release();
      }
    },
    sweep: async () => {
      if (!existsSync(path)) return;
      const target = realpathSync(path);
      sweepTemporaries(dirname(target), basename(target));
      sweepTemporaries(dirname(options.lockPath), basename(options.lockPath));
    },
  };
}

/** How long a writer without the lock may take to write the registry in place; ms. */
const writerMs = 500;
/** A text so young may be half written: a writer in place empties the file and fills it again; ms. */
const youngMs = 100;

function mayBeHalfWritten(read: ReadResult, now: number): boolean {
  return read.kind === 'unreadable' || Math.abs(now - (read.registry.mtime ?? 0)) < youngMs;
}

/** How long to wait for a writer's lock if the text can be read already; ms. */
const shortWaitMs = 1_000;

/** Reads again once the writer with the lock is done. */
async function readLocked(
  { lockPath, signal, waitMs = usualWaitMs }: RegistryFileOptions,
  first: ReadResult,
  read: () => Promise<ReadResult>,
): Promise<ReadResult> {
  const isReadable = first.kind !== 'unreadable';
  const locked = await lockToRead(lockPath, { waitMs: isReadable ? shortWaitMs : waitMs, signal });
  if (locked?.kind === 'busy') {
    // A lock that is kept for so long belongs to no single write, and a readable text is better than none.
    if (isReadable) return first;
    throw lockedError(lockPath, locked.holders);
  }
  try {
    return await read();
  } finally {
    await locked?.release();
  }
}

/**
 * Takes the lock to read; `null`: no writer uses the lock (reading must not make its file), or it cannot be opened. A
 * lock that it took is returned also if the process must end by then: only its holder can give it back.
 */
async function lockToRead(
  lockPath: string,
  options: { readonly waitMs: number; readonly signal: AbortSignal },
): Promise<Locked | null> {
  if (!existsSync(lockPath)) return null;
  return takeFlock(lockPath, 0o600, options).catch(() => {
    options.signal.throwIfAborted();
    return null;
  });
}

type Held = Extract<Locked, { kind: 'held' }>;

/**
 * Takes the lock to write.
 * @returns `target`: the registry, with symlinks resolved
 * @throws RegistryError
 */
async function lockToWrite(
  { path, lockPath, isShared, waitMs = usualWaitMs }: RegistryFileOptions,
  signal: AbortSignal,
): Promise<{ readonly target: string; readonly release: () => Promise<void> }> {
  const held: Held[] = [];
  let taking = lockPath;
  const release = async (): Promise<void> => {
    for (const locked of held.toReversed()) await locked.release();
  };
  try {
    const target = existsSync(path) ? realpathSync(path) : path;
    makeFolders(dirname(target));
    const mode = (statSync(target, { throwIfNoEntry: false })?.mode ?? 0o600) & 0o777;
    const hasOtherHosts = isShared?.() === true || sharedFileSystem(dirname(target)) !== null;
    for (taking of locksOf(path, target, lockPath)) {
      const locked = await takeFlock(taking, mode, { waitMs, signal, isShared: hasOtherHosts });
      if (locked.kind === 'busy') throw lockedError(taking, locked.holders);
      held.push(locked);
    }
    return { target, release };
  } catch (cause) {
    await release();
    signal.throwIfAborted();
    throw cannotWrite(path, taking, cause);
  }
}

/**
 * Returns the locks of a registry, in the order in which they are taken. Where its path is a symlink, another program
 * may know it by its real path: then that program has made the lock file of that name. A lock that the user has chosen
 * is the only one.
 */
function locksOf(path: string, target: string, lockPath: string): readonly string[] {
  const isLink = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
  const other = isLink && lockPath === `${path}.lock` ? statOrNull(`${target}.lock`) : null;
  const own = statOrNull(lockPath);
  // A process that waits for its own lock waits in vain.
  const isOwn = other?.dev === own?.dev && other?.ino === own?.ino;
  return other === null || isOwn ? [lockPath] : [lockPath, `${target}.lock`];
}

function swapper(
  { path, lockPath, stateDir }: RegistryFileOptions,
  target: string,
  signal: AbortSignal,
): HeldRegistry['swap'] {
  return (expected, prepared) => {
    try {
      return compareAndSwap(target, expected, prepared, stateDir);
    } catch (cause) {
      signal.throwIfAborted();
      throw cannotWrite(path, lockPath, cause);
    }
  };
}

/**
 * Returns the error for a lock that another process kept for too long.
 * @param holders who has it, as far as that is known
 */
export function lockedError(lock: string, holders: readonly string[]): RegistryError {
  const who = holders.length === 0 ? '' : ` by ${holders.join(', ')}`;
  return new RegistryError(`the registry is locked${who}; nothing was written`, {
    where: lock,
    cure: 'wait for the holder, or end it, and try again',
  });
}
