import type { ClaudeRoot } from './look.ts';

/** How long Claude keeps transcripts of a root. */
export type RootCleanup = Pick<ClaudeRoot, 'cleanupDays' | 'cleanupSetBy'>;

/** Claude's own `cleanupPeriodDays`, where no settings name another. */
export const usualCleanup: RootCleanup = { cleanupDays: 30 };

/** Each start of a Claude cleans up by its own settings: the shortest time rules. */
export function shortest(first: RootCleanup, others: readonly RootCleanup[]): RootCleanup {
  return others.reduce((one, other) => (other.cleanupDays < one.cleanupDays ? other : one), first);
}
