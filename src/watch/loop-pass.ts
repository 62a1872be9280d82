import { crowd } from '../config/defaults.ts';
import type { LoopPass } from './loop.ts';
import type { PassResult } from '../pass/pass.ts';

/** A board that refused the end is asked again after so long; ms. */
const againMs = 5_000;

/** What the loop needs of a pass. @param until when the run ends by itself; ms since 1970, like `now` */
export function loopPassOf(result: PassResult, until: number | null, now: number): LoopPass {
  return { comeBackAt: comeBackAt(result, until, now), crowded: isCrowded(result), changes: changesIn(result) };
}

/** How much of what a pass saw was new: what it opened, and what it wrote without a word. */
export function changesIn({ opened, plan }: Pick<PassResult, 'opened' | 'plan'>): number {
  return opened.length + plan.silentEdits.length;
}

/** When something waits that the usual interval would come too late for. */
function comeBackAt(last: PassResult, until: number | null, now: number): number | null {
  // Its time is over, and the board does not take the end yet.
  if (until !== null && until <= now) return now + againMs;
  const deferred = last.deferred.flatMap((one) => (one.until === null ? [] : [one.until]));
  const again = last.plan.lookAgain;
  const times = [...deferred, ...(again ? [now + again.afterMs] : []), until].filter((time) => time !== null);
  const ahead = times.filter((time) => time > now);
  return ahead.length === 0 ? null : Math.min(...ahead);
}

function isCrowded(last: PassResult): boolean {
  const sizes = new Map<string | null, number>();
  for (const { status, workspace } of last.registry.entries) {
    if (status === 'running') sizes.set(workspace, (sizes.get(workspace) ?? 0) + 1);
  }
  return Math.max(0, ...sizes.values()) >= crowd;
}
