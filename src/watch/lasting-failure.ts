import { failedNoMore, failingText } from '../core/words/messages.ts';
import { AudienceError } from '../errors.ts';
import { UnreadableRegistry } from '../pass/recall.ts';

/** What a card hears of passes that fail: once, when they have failed for long, and once when one succeeds again. */
export interface LastingFailure {
  /** A pass is over. @param failure why it failed; `null`: it did not. */
  passed(failure: Error | null): void;
  /** What the card is to be told now; `null`: nothing. */
  due(): string | null;
  /** It was told what was due. */
  told(): void;
}

/** @param afterMs for how long passes must have failed. @param now ms since 1970. */
export function makeLastingFailure(afterMs: number, now: () => number): LastingFailure {
  let failing: { readonly since: number; readonly error: Error } | null = null;
  let isTold = false;
  return {
    passed: (failure) => {
      // A registry that cannot be read is a drift of its own.
      const counts = failure !== null && !(failure instanceof UnreadableRegistry);
      failing = counts ? { since: failing?.since ?? now(), error: failure } : null;
    },
    due: () => {
      if (failing === null) return isTold ? failedNoMore() : null;
      return isTold || now() - failing.since < afterMs ? null : failingText(failing.since, partsOf(failing.error));
    },
    told: () => {
      isTold = failing !== null;
    },
  };
}

function partsOf(error: Error): Parameters<typeof failingText>[1] {
  const { message } = error;
  return error instanceof AudienceError
    ? { message, where: error.where, cure: error.cure }
    : { message, where: null, cure: null };
}
