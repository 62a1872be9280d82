import { existsSync } from 'node:fs';
import { UsageError } from '../errors.ts';

/** Decides whether Node failed because the current folder is gone. */
export function saysFolderIsGone(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && error.syscall === 'uv_cwd';
}

/**
 * Makes the error for a relative path while the current folder is gone.
 * @param path `null`: which path it was is not known
 */
export function folderIsGone(path: string | null, cause?: unknown): UsageError {
  const cure = 'cd to a folder that is there, or name the whole path';
  return new UsageError('the current folder is gone', { where: path, cure, cause });
}

/**
 * Leaves a current folder that is gone, and may be since this process began: execa starts no program there, and Node
 * takes the folder's former name from its memory.
 */
export function leaveGoneFolder(): void {
  if (!isThere()) process.chdir('/');
}

function isThere(): boolean {
  try {
    return existsSync(process.cwd());
  } catch {
    return false;
  }
}
