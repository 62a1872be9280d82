import type { Band } from './bands.ts';

/** Since when a session is in its state. */
export interface StateSince {
  /** ms since 1970. */
  readonly at: number;
  /** It may be so for longer: it was not seen to change then. */
  readonly isLeast: boolean;
}

/**
 * Returns since when a session is as it is seen now; `null`: its timeline does not say.
 *
 * 1. It must be as its last band says. A band after the end of the watch is `unwatched`: the session may have changed
 *    since, and changed back.
 * 2. Where the watch saw it change, that was then. Where nothing is known of the time before, nothing watched then, it
 *    could not be seen, or its agent did not say what it did, it is so at least since then.
 * @param bands of a timeline that ends now
 */
export function stateSince(bands: readonly Band[], what: Band['what']): StateSince | null {
  const last = bands.at(-1);
  if (last?.what !== what) return null;
  const before = bands.at(-2);
  return { at: last.from, isLeast: before?.to !== last.from || !wasOther(before.what, what) };
}

/** Decides whether a session that was seen like that was surely not yet as it is now. */
function wasOther(before: Band['what'], now: Band['what']): boolean {
  if (before === 'unwatched' || before === 'unknown') return false;
  return before !== 'alive' || now === 'gone' || now === 'exited' || now === 'unknown';
}
