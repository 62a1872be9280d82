import { isUtf8 } from 'node:buffer';
import { existsSync, lstatSync, mkdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Registry } from '../core/entry.ts';
import { clean } from '../core/text.ts';
import { RegistryError } from '../errors.ts';
import type { Source } from '../yaml/source.ts';
import { backUp } from './backups.ts';
import { makeEntryCache } from './entry-cache.ts';
import { takeLock } from './flock.ts';
import { registryHash } from './hash.ts';
import type { Prepared, ReadResult, RegistryFile, SwapResult } from './registry-file.ts';
import { stage, sweepLitter } from './replace-file.ts';
import { unreadable, unreadableFile } from './unreadable.ts';

export interface RegistryFileOptions {
  /** As asked for; a symlink is followed. */
  readonly path: string;
  readonly lockPath: string;
  /** The registry's own state folder: backups lie in it. */
  readonly stateDir: string;
  readonly cacheDir: string;
}

export function makeRegistryFile(options: RegistryFileOptions): RegistryFile {
  const { path, lockPath } = options;
  const cache = makeEntryCache(join(options.cacheDir, `${basename(options.stateDir)}.entries.json`));
  let parsed: Source | null = null;

  /** Parser and document are only paid for where the text is not the one of the last look. */
  async function sourceOf(text: string): Promise<Source> {
    if (parsed?.text === text) return parsed;
    const { parseSource } = await import('../yaml/source.ts');
    parsed = parseSource(text);
    return parsed;
  }

  async function read(known: Parameters<RegistryFile['read']>[0]): Promise<ReadResult> {
    const file = readText(path);
    if (file.kind === 'failed') return unreadableFile(path, file.cause);
    if (file.kind === 'not-utf8') {
      return unreadable(path, { message: 'it is not UTF-8', at: file.at, cure: 'save it as UTF-8' });
    }
    if (file.kind === 'absent') {
      if (known.knowsEntries) return gone(path, 'the registry is not there any more');
      return { kind: 'absent', registry: { path, entries: [], hash: null, mtime: null }, text: null };
    }
    if (file.text === '' && known.knowsEntries) return gone(path, 'the registry is empty (0 bytes)');
    const { text, realPath, mtime } = file;
    const hash = registryHash(text);
    const registry = (entries: Registry['entries']): ReadResult => ({
      kind: 'read',
      text,
      registry: { path: realPath, entries, hash, mtime },
    });
    const cached = cache.load(hash);
    if (cached !== null) return registry(cached);
    const { refuseSource, refuseText } = await import('./refusal.ts');
    const early = refuseText(text);
    if (early !== null) return unreadable(path, early);
    const { sessionsOf } = await import('./layout.ts');
    const { readEntries } = await import('./read-entries.ts');
    const source = await sourceOf(text);
    const sessions = sessionsOf(source);
    const refusal = refuseSource(source, sessions, known.ours);
    if (refusal !== null) return unreadable(path, refusal);
    const entries = readEntries(source, sessions);
    if (known.mayCache) cache.save(hash, entries);
    return registry(entries);
  }

  async function prepare(
    from: { text: string | null; registry: Registry },
    edits: Parameters<RegistryFile['prepare']>[1],
  ) {
    const { prepareText } = await import('./prepare.ts');
    const { prepared, source } = prepareText(from.text === null ? null : await sourceOf(from.text), edits);
    parsed = source;
    return prepared;
  }

  async function swap(expected: string | null, prepared: Prepared, signal: AbortSignal): Promise<SwapResult> {
    try {
      const target = existsSync(path) ? realpathSync(path) : path;
      mkdirSync(dirname(target), { recursive: true, mode: 0o700 });
      const mode = (statSync(target, { throwIfNoEntry: false })?.mode ?? 0o600) & 0o777;
      const locked = await takeLock(lockPath, mode, signal);
      if (locked.kind === 'busy') return { kind: 'locked', lock: lockPath, holders: locked.holders };
      try {
        return compareAndSwap(target, expected, prepared);
      } finally {
        locked.release();
      }
    } catch (cause) {
      signal.throwIfAborted();
      throw cannotWrite(path, lockPath, cause);
    }
  }

  /** Nothing stands between the comparison and the rename. */
  function compareAndSwap(target: string, expected: string | null, prepared: Prepared): SwapResult {
    const before = readText(target);
    const old = before.kind === 'read' ? before.text : null;
    if ((old === null ? null : registryHash(old)) !== expected) return { kind: 'changed' };
    const staged = stage(target, prepared.text);
    try {
      if (old !== null) backUp(join(options.stateDir, 'backups'), old, Date.now());
      const now = readText(target);
      if ((now.kind === 'read' ? registryHash(now.text) : null) !== expected) return { kind: 'changed' };
      staged.commit();
      return { kind: 'swapped' };
    } finally {
      staged.discard();
    }
  }

  return {
    path,
    read,
    prepare,
    swap,
    holds: async (text, edits) => {
      const { holdsEdits } = await import('./holds-edits.ts');
      return holdsEdits(await sourceOf(text), edits);
    },
    takeBack: async (text, repair) => {
      const { takeBackText } = await import('./take-back.ts');
      return takeBackText(await sourceOf(text), repair);
    },
    sweep: () => {
      if (existsSync(path)) sweepLitter(realpathSync(path));
      return Promise.resolve();
    },
  };
}

type FileText =
  | { readonly kind: 'read'; readonly text: string; readonly realPath: string; readonly mtime: number }
  | { readonly kind: 'absent' }
  /** `at`: `line:column` of the first byte that is none. */
  | { readonly kind: 'not-utf8'; readonly at: string }
  | { readonly kind: 'failed'; readonly cause: Error };

function readText(path: string): FileText {
  try {
    const link = lstatSync(path, { throwIfNoEntry: false });
    if (link === undefined) return { kind: 'absent' };
    const realPath = realpathSync(path);
    const { isFile, nlink, mtimeMs } = describe(realPath);
    if (!isFile) throw new Error('it is not a file');
    if (nlink > 1) throw new Error('it has a second hard link: a rename would part the two');
    const bytes = readFileSync(realPath);
    if (!isUtf8(bytes)) return { kind: 'not-utf8', at: firstBadByte(bytes) };
    return { kind: 'read', text: bytes.toString('utf8'), realPath, mtime: mtimeMs };
  } catch (error) {
    return { kind: 'failed', cause: error instanceof Error ? error : new Error(String(error)) };
  }
}

/** The column counts characters; the line before that byte is UTF-8 up to there. */
function firstBadByte(bytes: Buffer): string {
  let line = 1;
  for (let start = 0; start < bytes.length; line += 1) {
    const end = bytes.indexOf(0x0a, start);
    const row = bytes.subarray(start, end === -1 ? bytes.length : end);
    if (!isUtf8(row)) return `${line}:${[...row.toString('utf8')].indexOf('\ufffd') + 1}`;
    start += row.length + 1;
  }
  return '1:1';
}

function describe(path: string) {
  const stat = statSync(path);
  return { isFile: stat.isFile(), nlink: stat.nlink, mtimeMs: stat.mtimeMs };
}

/** A mount that is away, a writer at work: not a first run. */
function gone(path: string, message: string): ReadResult {
  return {
    kind: 'unreadable',
    message,
    where: path,
    cure: 'bring it back (the state folder keeps backups), or write `sessions: {}` into it to start again',
  };
}

function cannotWrite(path: string, lockPath: string, cause: unknown): Error {
  if (cause instanceof RegistryError) return cause;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const lockIsThere = isThere(lockPath);
  const isLock = cause instanceof Error && 'path' in cause && cause.path === lockPath;
  // Where the lock file cannot be made beside the registry, nothing can be written there.
  const ofLock = isLock && (lockIsThere || dirname(lockPath) !== dirname(path));
  const denied = ofLock && lockIsThere ? 'it cannot be read' : 'the folder is not writable';
  const reasons: Record<string, string> = {
    EACCES: denied,
    EPERM: denied,
    EROFS: 'the file system is read-only',
    ENOSPC: 'the disk is full',
    EDQUOT: 'the quota is used up',
  };
  const reason = reasons[code] ?? clean(cause instanceof Error ? cause.message : String(cause));
  const what = ofLock ? 'its lock file cannot be opened: ' : '';
  return new RegistryError(`the registry cannot be written: ${what}${reason}`, {
    where: ofLock ? lockPath : path,
    cure: 'mend that and run it again; nothing was written',
    cause,
  });
}

function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}
