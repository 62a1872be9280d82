import type { Card, CardComment } from '../board/board.ts';
import { askBack } from '../core/words/messages.ts';
import { readStop } from '../core/words/stop.ts';

/** How often the monitor asks back at most; ms. */
const askEveryMs = 10 * 60_000;

export type StopSeen = { readonly kind: 'stop' | 'ask'; readonly comment: CardComment } | { readonly kind: 'none' };

/**
 * Looks through the comments of the run without the monitor's own, which hold the phrase too. The card itself says what
 * was asked back, so a restart asks no person twice.
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
