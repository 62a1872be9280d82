import { lstatSync } from 'node:fs';
import { dirname } from 'node:path';
import { ifReadable } from '../system/if-readable.ts';
import { isOwnFolder, isPrivate } from '../system/own-folder.ts';

/**
 * Returns the inode of a socket that only this user can have made and can open; `null`: there is none. Node cannot ask
 * which user is at the other end, so the owner and the mode of the socket and of its folder must say it; a link is
 * neither.
 */
export function ownSocket(path: string): number | null {
  const stat = ifReadable(() => lstatSync(path));
  return stat !== null && stat.isSocket() && isPrivate(stat) && isOwnFolder(dirname(path)) ? stat.ino : null;
}
