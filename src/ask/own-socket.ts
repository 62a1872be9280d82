import { lstatSync, type Stats } from 'node:fs';
import { dirname } from 'node:path';
import { ifReadable } from '../system/if-readable.ts';

/**
 * Returns the inode of a socket that only this user can have made and can open; `null`: there is none. Node cannot ask
 * which user is at the other end, so the owner and the mode of the socket and of its folder must say it; a link is
 * neither.
 */
export function ownSocket(path: string): number | null {
  const stat = ifReadable(() => lstatSync(path));
  return stat !== null && stat.isSocket() && isPrivate(stat) && isOwnFolder(dirname(path)) ? stat.ino : null;
}

/** Decides whether a folder is this user's and nobody else may look into it. */
export function isOwnFolder(path: string): boolean {
  const stat = ifReadable(() => lstatSync(path));
  return stat !== null && stat.isDirectory() && isPrivate(stat);
}

/** Without users, as on Windows, nothing is private. */
function isPrivate({ uid, mode }: Stats): boolean {
  return uid === process.geteuid?.() && (mode & 0o077) === 0;
}
