import { clean } from './text.ts';

/** Why a repair is left that the user took back. */
export const undoneWords = 'its repair was undone';

/** Says that a repair is not written. @param why empty: no reason is known */
export function leftAs(count: number, why: string): string {
  return `Left as ${count === 1 ? 'it is' : 'they are'}${why === '' ? '' : `: ${clean(why)}`}.`;
}

/** Names each session with its reason: `a (status is pinned), b (its repair was undone)`. */
export function reasonsByName(reasons: readonly (readonly [session: string, reason: string])[]): string {
  return reasons.map(([session, reason]) => `${clean(session)} (${clean(reason)})`).join(', ');
}
