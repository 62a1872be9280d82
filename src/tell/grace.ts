import { kindOf } from '../core/drift/kind-of.ts';
import type { LoggedDrift } from '../log/log.ts';

/**
 * Returns a function that says until when a drift is held back from people (ms since 1970): a death that the user caused
 * is not news. 0: it is told at once.
 */
export function graceUntil(graceMs: number, now: number): (drift: LoggedDrift, openedAt: number) => number {
  // A time ahead of the clock was taken before the clock was set back: its grace is over.
  return ({ kind }, openedAt) => (kindOf(kind)?.hasGrace === true && openedAt <= now ? openedAt + graceMs : 0);
}
