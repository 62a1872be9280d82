import leven from 'leven';
import { clean, cutTo } from '../core/words/text.ts';
import { UsageError } from '../errors.ts';

/**
 * The error for a name that does not exist. Its cure names those that may have been meant.
 * @param what such as `session`
 * @param names those there are
 * @param list where all of them are shown, as a sentence
 */
export function unknownName(what: string, name: string, names: readonly string[], list: string): UsageError {
  const near = nearest(name, names).map(clean);
  const question = near.length === 0 ? '' : `did you mean ${near.join(' or ')}? `;
  return new UsageError(`there is no ${what} ${cutTo(clean(name), lettersAtMost)}`, { cure: `${question}${list}` });
}

/** More names would hide the right one. */
const shownAtMost = 3;
/** A pasted text is no name; the work grows with its length. */
const lettersAtMost = 200;

/** Names that hold the word, or are held by it, and names a few letters away; nearest first. */
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

/** Letters to change; below one for a name that holds the word, the shorter the nearer. At most `far`. */
function distanceTo(asked: string, name: string, far: number): number {
  const [short, long] = asked.length < name.length ? [asked, name] : [name, asked];
  if (short.length > 1 && long.includes(short)) return 1 - short.length / long.length;
  return leven(asked, name, { maxDistance: far });
}
