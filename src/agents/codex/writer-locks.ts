import { join } from 'node:path';
import type { Process } from '../../core/model/observation.ts';
import { anyRecord, type FileReads } from '../../system/file-reads.ts';
import { lockHolders } from '../../system/held-locks.ts';
import { readArguments } from '../../system/proc-files.ts';
import { launchOf, looksLikeCodex } from './codex-process.ts';

/** A conversation whose writer lock a living process holds. */
export interface HeldConversation {
  readonly id: string;
  /** The path of the lock, for people. */
  readonly path: string;
  readonly pid: number;
  readonly isInPanes: boolean;
  /** Codex' daemon holds the locks of all the terminals that it serves. */
  readonly isDaemon: boolean;
}

/**
 * Returns the conversations that living processes write, by their locks `thread-writer-locks/<id>.lock`. A lock file
 * stays after a kill: only one that is held counts. No lock is taken.
 */
export function heldConversations(
  root: string,
  processes: readonly Process[],
  files: FileReads,
): readonly HeldConversation[] {
  const folder = join(root, 'thread-writer-locks');
  const names = files.names(folder, anyRecord);
  if (names === null || names === 'unreadable') return [];
  const locks = names.flatMap((name) => {
    const id = /^([\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})\.lock$/i.exec(name)?.[1];
    return id === undefined ? [] : [{ id, path: join(folder, name) }];
  });
  if (locks.length === 0) return [];
  const inPanes = new Map(processes.map((one) => [one.pid, one]));
  const holders = lockHolders(processes.filter(looksLikeCodex));
  return locks.flatMap(({ id, path }) => {
    const stat = files.stat(path, anyRecord);
    const pids = stat === null || stat === 'unreadable' ? [] : (holders.get(String(stat.ino)) ?? []);
    return pids.map((pid) => {
      const own = inPanes.get(pid);
      const isDaemon = launchOf({ argv: own?.argv ?? readArguments(pid) }).mode === 'daemon';
      return { id, path, pid, isInPanes: own !== undefined, isDaemon };
    });
  });
}
