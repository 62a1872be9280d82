import { lstatSync } from 'node:fs';
import { dirname } from 'node:path';
import { clean } from '../core/words/text.ts';
import { RegistryError } from '../errors.ts';
import { codeOf, messageOf } from '../system/errno.ts';

/** Returns the error for a write of the registry, or of its lock file, that the file system refuses. */
export function cannotWrite(path: string, lockPath: string, cause: unknown): Error {
  if (cause instanceof RegistryError) return cause;
  const code = codeOf(cause);
  const lockIsThere = isThere(lockPath);
  const isLock = cause instanceof Error && 'path' in cause && cause.path === lockPath;
  // If the lock file cannot be made beside the registry, nothing can be written there.
  const ofLock = isLock && (lockIsThere || dirname(lockPath) !== dirname(path));
  const denied = ofLock && lockIsThere ? 'it cannot be read' : 'the folder is not writable';
  const reasons: Record<string, string> = {
    EACCES: denied,
    EPERM: denied,
    EROFS: 'the file system is read-only',
    ENOSPC: 'the disk is full',
    EDQUOT: 'the quota is used up',
    // As in a container that mounts one file of its host.
    EBUSY: 'it is mounted as a single file, which cannot be replaced: mount its folder instead',
  };
  const reason = reasons[code] ?? clean(messageOf(cause));
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
