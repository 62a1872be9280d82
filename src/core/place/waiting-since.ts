import type { PlanInput } from '../model/plan.ts';
import { possibleTime } from '../model/possible-time.ts';
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
  // Another agent may have waited here before.
  const seen = possibleTime(memory?.waitingSince ?? null, verdict.agent?.startedAt ?? 0, now);
  return Math.min(verdict.waiting?.since ?? seen ?? now, now);
}
