import { lstatSync, type Stats } from 'node:fs';
import { AudienceError, exitCode } from '../errors.ts';
import { makeFolders } from './folder-owner.ts';
import { ifReadable } from './if-readable.ts';
import { obstacleTo, standsAt } from './obstacle.ts';

/**
 * Makes a folder that only its owner may open, and all folders above it; names a link that leads nowhere.
 * @throws the system's error
 */
export function makeOwnFolder(folder: string): void {
  try {
    makeFolders(folder);
  } catch (cause) {
    const obstacle = obstacleTo(folder);
    if (obstacle === null || standsAt(obstacle.path) !== 'lost link') throw cause;
    // The system says only that there is no such folder.
    throw new AudienceError(exitCode.registry, `nothing could be written: ${obstacle.message}`, {
      where: obstacle.path,
      cure: `${obstacle.cure}, or set AGENT_SESSIONS_MONITOR_STATE_DIR`,
      cause,
    });
  }
}

/** Decides whether a path is a folder, and no link, that belongs to this user, and that no other user may open. */
export function isOwnFolder(path: string): boolean {
  const stat = ifReadable(() => lstatSync(path));
  return stat !== null && stat.isDirectory() && isPrivate(stat);
}

/** Decides whether a file is closed to other users. Without users, as on Windows, none is. */
export function isPrivate({ uid, mode }: Stats): boolean {
  return uid === process.geteuid?.() && !isOpenToOthers(mode);
}

/** Decides whether others than the owner have rights. */
export function isOpenToOthers(mode: number): boolean {
  return (mode & 0o077) !== 0;
}
