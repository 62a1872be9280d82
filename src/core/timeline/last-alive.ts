import type { Band, SessionTimeline } from './bands.ts';
import type { Span } from './unwatched.ts';

/** What a session is that lives. */
export type AliveWhat = Exclude<Band['what'], 'gone' | 'exited' | 'unknown' | 'unwatched'>;

/** What is known of a session's last time alive before its death was found. */
export type LastAlive =
  /** It was watched until it ended. */
  | { readonly kind: 'watched'; readonly what: AliveWhat }
  /** It was last seen alive at `at`, ms since 1970, and then not watched or not seen until it was found ended. */
  | { readonly kind: 'seen'; readonly at: number }
  /** No monitor saw it alive, and none watched when it was found ended. */
  | { readonly kind: 'unwatched' }
  | { readonly kind: 'unknown' };

/**
 * Returns what is known of a session before its death.
 * @param timeline `undefined`: no monitor knows it
 * @param found when its death was found; ms since 1970
 */
export function lastAlive(timeline: SessionTimeline | undefined, found: number, unwatched: readonly Span[]): LastAlive {
  const before = (timeline?.bands ?? []).filter(({ from }) => from <= found);
  let isWatched = true;
  for (const { what, to } of before.toReversed()) {
    if (isAlive(what)) return isWatched ? { kind: 'watched', what } : { kind: 'seen', at: to };
    isWatched &&= hasEnded(what);
  }
  return unwatched.some(({ from, to }) => from <= found && found <= to) ? { kind: 'unwatched' } : { kind: 'unknown' };
}

function isAlive(what: Band['what']): what is AliveWhat {
  return !hasEnded(what) && what !== 'unwatched' && what !== 'unknown';
}

function hasEnded(what: Band['what']): boolean {
  return what === 'gone' || what === 'exited';
}
