import type { PlanInput } from '../model/plan.ts';
import type { EntryView } from '../model/view.ts';

/**
 * Returns since when an agent has waited for its user: as it says itself, else since it was first seen to wait. ms since
 * 1970; `null`: it does not wait, or is not seen to.
 */
export function waitingSince(
  { verdict, memory }: Pick<EntryView, 'verdict' | 'memory'>,
  { now }: Pick<PlanInput, 'now'>,
): number | null {
  if (verdict.liveness !== 'alive' || verdict.activity !== 'waiting') return null;
  return Math.min(verdict.waiting?.since ?? memory?.waitingSince ?? now, now);
}
