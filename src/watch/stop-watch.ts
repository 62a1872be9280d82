import type { Card, CardComment } from '../board/board.ts';
import { askBack } from '../core/words/messages.ts';
import { readStop } from '../core/words/stop.ts';

/** We ask back at most so often; ms. */
const askEveryMs = 10 * 60_000;

export type StopSeen = { readonly kind: 'stop' | 'ask'; readonly comment: CardComment } | { readonly kind: 'none' };

/**
 * Looks through the comments of the run, our own left out: they hold the phrase too. What was asked back is read from
 * the card itself, so that a restart asks nobody twice.
 */
export function watchForStop(options: {
  readonly card: Card;
  readonly isOurs: (body: string, index: number) => boolean;
  readonly phrases: readonly string[];
  /** ms since 1970. */
  readonly now: number;
}): StopSeen {
  const { card, isOurs, phrases, now } = options;
  let lastAskedAt = -Infinity;
  const unanswered: CardComment[] = [];
  for (const [index, comment] of card.comments.entries()) {
    if (index < card.runFromComment) continue;
    if (isOurs(comment.body, index)) {
      if (comment.body.trimEnd() !== askBack()) continue;
      lastAskedAt = comment.createdAt;
      unanswered.shift();
      continue;
    }
    const reading = readStop(comment.body, phrases);
    if (reading === 'stop') return { kind: 'stop', comment };
    if (reading === 'ask') unanswered.push(comment);
  }
  const [first] = unanswered;
  return first === undefined || now - lastAskedAt < askEveryMs ? { kind: 'none' } : { kind: 'ask', comment: first };
}
