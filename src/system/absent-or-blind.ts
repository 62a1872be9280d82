import { lstatSync, readdirSync, statSync, type Stats } from 'node:fs';
import { saysAbsent } from './errno.ts';

/**
 * What stands at a path; `null` where nothing can: a stray file among folders, a name from the registry that no file
 * can have. Throws where it cannot be known: that is blindness.
 */
export function statOf(path: string): Stats | null {
  try {
    return statSync(path, { throwIfNoEntry: false }) ?? null;
  } catch (error) {
    return absentOr(error);
  }
}

/** As `statOf`, of a link itself. */
export function linkOf(path: string): Stats | null {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) ?? null;
  } catch (error) {
    return absentOr(error);
  }
}

/** Names in a folder; `null` where there is no such folder. Throws where it may not be read: that is blindness. */
export function namesIn(folder: string): readonly string[] | null {
  try {
    return readdirSync(folder);
  } catch (error) {
    return absentOr(error);
  }
}

export function absentOr(error: unknown): null {
  if (saysAbsent(error)) return null;
  throw error;
}
