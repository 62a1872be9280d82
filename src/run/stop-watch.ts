import type { Card, CardComment } from '../board/board.ts';
import { readStop } from '../core/stop.ts';

/** We ask back at most so often; ms. */
const askEveryMs = 10 * 60_000;

export type StopSeen = { readonly kind: 'stop' | 'ask'; readonly comment: CardComment } | { readonly kind: 'none' };

/** Looks through the comments of the run, our own left out: they hold the phrase too. */
export function watchForStop(options: {
  readonly card: Card;
  readonly isOurs: (body: string, index: number) => boolean;
  readonly phrases: readonly string[];
  /** Ids of comments that were asked back already. */
  readonly askedBack: ReadonlySet<string>;
  /** ms since 1970. */
  readonly lastAskedAt: number | null;
  readonly now: number;
}): StopSeen {
  const { card, isOurs, phrases, askedBack, lastAskedAt, now } = options;
  const people = card.comments
    .map((comment, index) => ({ comment, index }))
    .filter(({ comment, index }) => index >= card.runFromComment && !isOurs(comment.body, index))
    .map(({ comment }) => ({ comment, reading: readStop(comment.body, phrases) }));
  const stop = people.find(({ reading }) => reading === 'stop');
  if (stop !== undefined) return { kind: 'stop', comment: stop.comment };
  if (lastAskedAt !== null && now - lastAskedAt < askEveryMs) return { kind: 'none' };
  const unclear = people.find(({ comment, reading }) => reading === 'ask' && !askedBack.has(comment.id));
  return unclear === undefined ? { kind: 'none' } : { kind: 'ask', comment: unclear.comment };
}
