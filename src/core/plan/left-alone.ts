import type { Entry } from '../model/entry.ts';

/** The human's say, a word that is not ours, or an entry that is still being typed. */
export function isLeftAlone(entry: Entry): boolean {
  return entry.ignore || entry.status === null || entry.halfTyped !== null;
}
