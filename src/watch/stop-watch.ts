import type { Card, CardComment } from '../board/board.ts';
import { askBack } from '../core/words/messages.ts';
import { readStop } from '../core/words/stop.ts';

/** How often the monitor asks back at most; ms. */
export const askEveryMs = 10 * 60_000;

export type StopSeen =
  | { readonly kind: 'stop'; readonly comment: CardComment }
  | {
      readonly kind: 'go-on';
      /** The comments that are not clear, and that the card does not show as asked back; oldest first. */
      readonly unclear: readonly CardComment[];
      /** It is time to ask back, for the first of them. */
      readonly asks: boolean;
    };

/**
 * Looks through the comments of the run without the monitor's own, which hold the phrase too. The card itself says what
 * was asked back, so a restart asks no person twice.
 */
export function watchForStop(options: {
  readonly card: Card;
  readonly isOwnComment: (body: string, index: number) => boolean;
  readonly phrases: readonly string[];
  /** ms since 1970. */
  readonly now: number;
}): StopSeen {
  const { card, isOwnComment, phrases, now } = options;
  let lastAskedAt = -Infinity;
  const unclear: CardComment[] = [];
  for (const [index, comment] of card.comments.entries()) {
    if (index < card.runFromComment) continue;
    if (isOwnComment(comment.body, index)) {
      if (!asksBack(comment.body)) continue;
      lastAskedAt = comment.createdAt;
      unclear.shift();
      continue;
    }
    const reading = readStop(comment.body, phrases);
    if (reading === 'stop') return { kind: 'stop', comment };
    if (reading === 'ask') unclear.push(comment);
  }
  return { kind: 'go-on', unclear, asks: unclear.length > 0 && now - lastAskedAt >= askEveryMs };
}

/** Decides whether a comment of this program asks back. It may stand quoted, where a configured phrase is in it. */
function asksBack(body: string): boolean {
  return unquoted(body) === unquoted(askBack());
}

function unquoted(text: string): string {
  return text.replace(/[`']/g, '').trim();
}
