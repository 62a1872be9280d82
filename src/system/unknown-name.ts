import leven from 'leven';
import { clean, cutTo } from '../core/words/text.ts';
import { UsageError } from '../errors.ts';

/**
 * Returns the error for a name that does not exist. Its cure names the nearest names.
 * @param what such as `session`
 * @param names all existing names
 * @param list where all of them are shown, as a sentence
 */
export function unknownName(what: string, name: string, names: readonly string[], list: string): UsageError {
  const near = nearest(name, names).map(clean);
  const question = near.length === 0 ? '' : `did you mean ${near.join(' or ')}? `;
  return new UsageError(`there is no ${what} ${cutTo(clean(name), lettersAtMost)}`, { cure: `${question}${list}` });
}

/** More names would hide the right one. */
const shownAtMost = 3;
/** A longer text is no name; the work grows with the length. */
const lettersAtMost = 200;

/** Returns names that hold the word, or are held by it, and names a few letters away; nearest first. */
function nearest(name: string, names: readonly string[]): readonly string[] {
  const asked = name.trim().slice(0, lettersAtMost).toLowerCase();
  const far = asked.length < 3 ? 0 : Math.max(2, Math.floor(asked.length / 4));
  const near = [...new Set(names)]
    .map((each) => ({ each, distance: distanceTo(asked, each.toLowerCase(), far + 1) }))
    .filter(({ distance }) => distance <= far)
    .toSorted((one, other) => one.distance - other.distance)
    .slice(0, shownAtMost);
  // Names of one pattern are all a few letters apart: beside a near one the others are noise.
  const best = near[0]?.distance ?? 0;
  return near.filter(({ distance }) => distance <= best + 1).map(({ each }) => each);
}

/**
 * Returns how many letters to change, at most `far`; below 1 for a name that holds the word, the shorter the nearer.
 */
function distanceTo(asked: string, name: string, far: number): number {
  const [short, long] = asked.length < name.length ? [asked, name] : [name, asked];
  if (short.length > 1 && long.includes(short)) return 1 - short.length / long.length;
  return leven(asked, name, { maxDistance: far });
}
