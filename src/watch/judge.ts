import type { Card } from '../board/board.ts';
import type { PausedBy } from '../core/words/messages.ts';
import { isoSeconds } from '../core/words/time.ts';

/** How a run ends. Times are ms since 1970. */
export type Over =
  | { readonly kind: 'stopped'; readonly at: number }
  | { readonly kind: 'completed'; readonly reason: string }
  | { readonly kind: 'ended'; readonly reason: string };

/** A process leaves a run that goes on. */
export interface Pause {
  readonly kind: 'paused';
  /** What the card is told; `null`: nothing, because the process did not watch. */
  readonly by: PausedBy | null;
}

/** The ends that need no comment of a person. */
export type OverByRules = Exclude<Over, { kind: 'stopped' }>;

/** Whether monitoring is still wanted; `unknown`: the board did not answer. */
export type Wanted = Over | { readonly kind: 'wanted' } | { readonly kind: 'unknown'; readonly reason: string };

/**
 * Decides without a model whether a run is over: by the card's own state, and by the time. Times are ms since 1970.
 */
export function judgeByRules(card: Card, { until, now }: { until: number | null; now: number }): OverByRules | null {
  if (card.status === 'done' || card.status === 'archived')
    return { kind: 'ended', reason: `the card is ${card.status}` };
  if (card.status === 'blocked')
    return { kind: 'ended', reason: `the card was blocked: ${card.blockReason ?? 'no reason given'}` };
  if (card.status === 'triage' || card.status === 'todo' || card.status === 'scheduled')
    return { kind: 'ended', reason: `the card was moved to ${card.status}` };
  if (until !== null && now >= until) return { kind: 'completed', reason: `its time was over at ${isoSeconds(until)}` };
  return null;
}
