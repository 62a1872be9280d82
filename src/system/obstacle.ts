import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { saysAbsent } from './errno.ts';
import { readLink } from './if-readable.ts';

/** What is in the way of a folder. */
export interface Obstacle {
  readonly path: string;
  readonly message: string;
  readonly cure: string;
}

/** Returns what stands at a folder's path, or at that of a folder above it, and is no folder; `null`: nothing. */
export function obstacleTo(folder: string): Obstacle | null {
  const stands = standsAt(folder);
  switch (stands) {
    case 'nothing':
      return folder === dirname(folder) ? null : obstacleTo(dirname(folder));
    case 'folder':
    case 'unknown':
      return null;
    case 'file':
      return { path: folder, message: 'a file is where a folder belongs', cure: 'move it away' };
    case 'lost link':
      return { path: folder, message: 'a link leads nowhere', cure: 'mend that link' };
  }
}

/** Returns what stands at a path; links are followed. */
export function standsAt(path: string): 'nothing' | 'folder' | 'file' | 'lost link' | 'unknown' {
  try {
    return statSync(path).isDirectory() ? 'folder' : 'file';
  } catch (error) {
    if (!saysAbsent(error)) return 'unknown';
    return readLink(path) === null ? 'nothing' : 'lost link';
  }
}
