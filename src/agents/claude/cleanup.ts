import type { ClaudeRoot } from './observation.ts';

/** How long Claude keeps the transcripts of a root. */
export type RootCleanup = Pick<ClaudeRoot, 'cleanupDays' | 'cleanupSetBy'>;

/** Claude's own default of `cleanupPeriodDays`. */
export const usualCleanup: RootCleanup = { cleanupDays: 30 };

/** Returns the shortest time: each start of a Claude cleans up by its own settings. */
export function shortest(first: RootCleanup, others: readonly RootCleanup[]): RootCleanup {
  return others.reduce((one, other) => (other.cleanupDays < one.cleanupDays ? other : one), first);
}
