import {
  closeSync,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  openSync,
  readdirSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { isAlive, ownProcess } from '../system/process-identity.ts';
import { syncFolder } from '../system/sync-folder.ts';

/** A new text that lies beside its target, durable, and waits for its rename. */
export interface Staged {
  /** One rename: readers see the old text or the new one. */
  commit(): void;
  discard(): void;
}

/** Writes the text beside `target` with the target's mode and owner. Throws what the file system says. */
export function stage(target: string, text: string): Staged {
  const now = statSync(target, { throwIfNoEntry: false });
  const temporary = join(dirname(target), `.${basename(target)}.asm-${ownProcess().pid}-${ownProcess().start}.tmp`);
  const discard = (): void => tryUnlink(temporary);
  const descriptor = openSync(temporary, 'wx', 0o600);
  try {
    const bytes = Buffer.from(text);
    for (let done = 0; done < bytes.length;) done += writeSync(descriptor, bytes, done);
    if (now !== undefined) {
      // The owner first: a change of it may take bits off the mode.
      keepOwner(descriptor, now);
      fchmodSync(descriptor, now.mode & 0o7777);
    }
    fsyncSync(descriptor);
  } catch (error) {
    discard();
    throw error;
  } finally {
    closeSync(descriptor);
  }
  return {
    commit: () => {
      renameSync(temporary, target);
      try {
        syncFolder(dirname(target));
      } catch {
        // A folder that may be written and not read. The text is in place, and to say otherwise would be wrong.
      }
    },
    discard,
  };
}

function keepOwner(descriptor: number, { uid, gid }: { readonly uid: number; readonly gid: number }): void {
  const made = fstatSync(descriptor);
  if (made.uid === uid && made.gid === gid) return;
  try {
    fchownSync(descriptor, uid, gid);
  } catch (cause) {
    throw new Error(`it would not belong to uid ${uid}, gid ${gid} any more`, { cause });
  }
}

/** Removes what writers of ours left beside `target` when they were killed; another user's may not be ours to remove. */
export function sweepLitter(target: string): void {
  const prefix = `.${basename(target)}.asm-`;
  for (const name of namesIn(dirname(target))) {
    const [pid, start] =
      name.startsWith(prefix) && name.endsWith('.tmp') ? name.slice(prefix.length, -4).split('-') : [];
    if (pid === undefined || start === undefined || isAlive({ pid: Number(pid), start })) continue;
    tryUnlink(join(dirname(target), name));
  }
}

function tryUnlink(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // It is gone already, or stays.
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
