import { lstatSync, readdirSync, statSync, type Stats } from 'node:fs';
import { saysAbsent } from './errno.ts';

/**
 * Returns the state of a path; `null` if nothing can be there: a stray file among its folders, a name that no file can
 * have. Throws if it cannot be known: that is blindness.
 */
export function statOrBlind(path: string): Stats | null {
  try {
    return statSync(path, { throwIfNoEntry: false }) ?? null;
  } catch (error) {
    return absentOr(error);
  }
}

/** Does as `statOrBlind` for a link itself. */
export function linkOrBlind(path: string): Stats | null {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) ?? null;
  } catch (error) {
    return absentOr(error);
  }
}

/**
 * Returns the names in a folder; `null` if there is no such folder. Throws if it cannot be read: that is blindness.
 */
export function namesOrBlind(folder: string): readonly string[] | null {
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
