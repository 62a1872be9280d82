import { failedNoMore, failingText } from '../core/words/messages.ts';
import { AudienceError } from '../errors.ts';
import type { Passes } from './passes.ts';

/**
 * Decides what a card is told of failing passes: once when they have failed for long, and once when a pass succeeds
 * again.
 */
export class LastingFailure {
  readonly #afterMs: number;
  readonly #now: () => number;
  #isTold = false;

  /**
   * Begins without a failure.
   * @param afterMs how long passes must have failed
   * @param now ms since 1970
   */
  constructor(afterMs: number, now: () => number) {
    this.#afterMs = afterMs;
    this.#now = now;
  }

  /** Returns what the card is to be told now; `null`: nothing. */
  due(failing: Passes['failing']): string | null {
    if (failing === null) return this.#isTold ? failedNoMore() : null;
    if (this.#isTold || this.#now() - failing.since < this.#afterMs) return null;
    return failingText(failing.since, partsOf(failing.error));
  }

  /** Remembers that the card was told. */
  told(failing: Passes['failing']): void {
    this.#isTold = failing !== null;
  }
}

function partsOf(error: Error): Parameters<typeof failingText>[1] {
  const { message } = error;
  if (!(error instanceof AudienceError)) return { message, where: null, cure: null };
  return { message, where: error.where, cure: error.cure };
}
