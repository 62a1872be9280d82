import type { ClaudeLook, ClaudeRoot } from '../model/observation.ts';

/** How long Claude keeps transcripts of a root. */
export type Cleanup = Pick<ClaudeRoot, 'cleanupDays' | 'cleanupSetBy'>;

/** Claude's own `cleanupPeriodDays`, where no settings name another. */
export const usualCleanup: Cleanup = { cleanupDays: 30 };

/** Returns what rules a transcript. One that lies below no root was found by another way: the first root stands for it. */
export function cleanupAt(path: string, { roots }: Pick<ClaudeLook, 'roots'>): Cleanup {
  return roots.find((one) => path.startsWith(`${one.path}/`)) ?? roots[0] ?? usualCleanup;
}

/** Returns what rules the transcripts of an agent. @param root its root, as far as it is known; `null`: any may be it */
export function cleanupOf(root: string | null, { roots }: Pick<ClaudeLook, 'roots'>): Cleanup {
  const own = roots.filter(({ path }) => path === root);
  const [first, ...others] = own.length > 0 ? own : roots;
  if (first === undefined) return usualCleanup;
  return shortest(first, others);
}

/** Each start of a Claude cleans up by its own settings: the shortest time rules. */
export function shortest(first: Cleanup, others: readonly Cleanup[]): Cleanup {
  return others.reduce((one, other) => (other.cleanupDays < one.cleanupDays ? other : one), first);
}
