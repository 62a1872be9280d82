import {
  closeSync,
  fchmodSync,
  fchownSync,
  lstatSync,
  fstatSync,
  fsyncSync,
  openSync,
  renameSync,
  rmdirSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { AudienceError, exitCode } from '../errors.ts';
import { codeOf } from './errno.ts';
import { shortHash } from './hash.ts';
import { giveToFolderOwner, isRoot } from './folder-owner.ts';
import { ifReadable, namesOrNone, readLink } from './if-readable.ts';
import { makeOwnFolder } from './own-folder.ts';
import { isAlive, ownProcess } from './process-identity.ts';

/** A new text that is durable beside its target, and waits for its rename. */
export interface Staged {
  /** Renames it into place: readers see the old text or the new one. If that fails, it is discarded. */
  commit(): void;
  discard(): void;
}

/** What other programs read as this user's other files: its mode is the usual one. */
const usualMode = 0o666;

/**
 * Replaces a file that another program reads, such as one of Hermes: a reader sees the old text or the new one. What a
 * former run left beside it is removed.
 * @throws the system's error
 */
export function replaceFile(target: string, text: string | Buffer): void {
  sweepTemporaries(dirname(target), basename(target));
  stage(target, text, usualMode).commit();
}

/**
 * Writes the text beside `target` with the target's mode and owner; root gives a new one to its folder's owner.
 * @param mode of a new file
 * @throws the system's error
 */
export function stage(target: string, text: string | Buffer, mode = 0o600): Staged {
  const now = statSync(target, { throwIfNoEntry: false });
  const temporary = temporaryOf(target);
  const discard = (): void => tryUnlink(temporary);
  // The text of a file that only its owner may read is not open to others before it has that file's mode.
  const descriptor = namingPlace(target, () => openTemporary(temporary, now === undefined ? mode : 0o600));
  try {
    namingPlace(target, () => {
      writeFileSync(descriptor, text);
      if (now === undefined) giveToFolderOwner(descriptor, temporary);
      else {
        // The owner is set first: a change of the owner may remove bits of the mode.
        keepOwner(descriptor, now, target);
        fchmodSync(descriptor, now.mode & 0o7777);
      }
      fsyncSync(descriptor);
    });
  } catch (error) {
    discard();
    throw error;
  } finally {
    closeSync(descriptor);
  }
  return {
    commit: () => {
      try {
        namingPlace(target, () => renameSync(temporary, target));
      } catch (error) {
        discard();
        throw error;
      }
      syncFolder(dirname(target));
    },
    discard,
  };
}

/**
 * Replaces a small file of this program as a whole: a reader sees the old text or the new one. Not for the registry:
 * nothing is synced to the disk. It keeps its owner under root too, and a new one belongs to its folder's owner.
 * @param owner `writer`: it belongs to the user of this process in any case
 */
export function writeStateFile(path: string, text: string, owner: 'usual' | 'writer' = 'usual'): void {
  makeOwnFolder(dirname(path));
  const temporary = temporaryOf(path);
  const descriptor = namingPlace(path, () => openTemporary(temporary));
  try {
    namingPlace(path, () => {
      writeFileSync(descriptor, text);
      if (owner === 'usual') giveAsFormer(descriptor, path);
      renameSync(temporary, path);
    });
  } catch (error) {
    tryUnlink(temporary);
    throw error;
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Opens this process's temporary file. One that is there was left by a former write, which could not remove it either,
 * as on a disk that is read-only for a while: it must not stop all later writes.
 */
function openTemporary(path: string, mode = 0o600): number {
  try {
    return openSync(path, 'wx', mode);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
  tryUnlink(path);
  return openSync(path, 'wx', mode);
}

function giveAsFormer(descriptor: number, path: string): void {
  if (!isRoot()) return;
  const former = ifReadable(() => lstatSync(path));
  if (former === null) giveToFolderOwner(descriptor, path);
  // Where root may not give it away, as over NFS, the new text counts more than its owner.
  else ifReadable(() => fchownSync(descriptor, former.uid, former.gid));
}

/**
 * Runs a write, and names the file in its error: the system names the temporary file, or at a write to an open one (a
 * full disk) none.
 */
export function namingPlace<Written>(path: string, write: () => Written): Written {
  try {
    return write();
  } catch (error) {
    // Node's own words: `EACCES: permission denied, open '/a'`, `EISDIR: ..., rename '/a' -> '/b'`, `ENOSPC: ..., write`.
    if (error instanceof Error && !(error instanceof AudienceError)) {
      const message = error.message.replace(
        /^([A-Z]+: [^,]+, [a-z]+)( '.*)?$/s,
        (_, words: string) => `${words} '${path}'`,
      );
      Object.assign(error, { path, message });
    }
    throw error;
  }
}

/**
 * Removes what killed processes have left under temporary names in a folder: new texts, and locks that they moved aside.
 * @param file the name of what they wrote or moved; absent: any
 */
export function sweepTemporaries(folder: string, file?: string): void {
  for (const name of namesOrNone(folder)) {
    const [, of, pid, start = '', place = ownPlace()] = temporaryName.exec(name) ?? [];
    if (of === undefined || (file !== undefined && of !== file)) continue;
    const path = join(folder, name);
    // A pid of another place says nothing here, so such a writer only gets its time.
    const isLeft = place === ownPlace() ? !isAlive({ pid: Number(pid), start }) : ageOf(path) > writeTakesAtMostMs;
    if (isLeft) tryRemove(path);
  }
}

const temporaryName = /^\.(.+)\.asm-(\d+)-(\d*)(?:-([0-9a-f]{8}))?\.tmp$/;
const writeTakesAtMostMs = 24 * 60 * 60_000;

/** Returns the name beside a file that only this process uses; `sweepTemporaries` knows it. */
export function temporaryOf(target: string): string {
  const { pid, start } = ownProcess();
  return join(dirname(target), `.${basename(target)}.asm-${pid}-${start}-${ownPlace()}.tmp`);
}

let place: string | null = null;

/** Names the place in which this process's pid has a meaning: hosts and containers may share a home. */
function ownPlace(): string {
  place ??= shortHash(`${hostname()} ${readLink('/proc/self/ns/pid') ?? ''}`);
  return place;
}

function ageOf(path: string): number {
  return Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Infinity);
}

/** Syncs a folder: a rename is durable only then. */
function syncFolder(path: string): void {
  try {
    const descriptor = openSync(path, 'r');
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch {
    // The folder may be written but not read. The text is in place, so this is no error.
  }
}

function keepOwner(
  descriptor: number,
  { uid, gid }: { readonly uid: number; readonly gid: number },
  target: string,
): void {
  const made = fstatSync(descriptor);
  if (made.uid === uid && made.gid === gid) return;
  try {
    fchownSync(descriptor, uid, gid);
  } catch (cause) {
    throw new AudienceError(exitCode.registry, `it would not belong to uid ${uid}, gid ${gid} any more`, {
      where: target,
      cure: 'let its owner run this, or change its owner and group to yours: it is as it was',
      cause,
    });
  }
}

/** Removes a file if that is possible: another user's file, or a read-only folder, must not stop the command. */
export function tryUnlink(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // The file is gone already, or stays.
  }
}

/** Removes a file, or an empty folder. */
function tryRemove(path: string): void {
  tryUnlink(path);
  ifReadable(() => rmdirSync(path));
}
