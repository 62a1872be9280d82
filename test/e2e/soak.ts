import { test } from 'vitest';

/** Whether this is `npm run soak`, or a run of some of its tests: `SOAK=yes npm test -- WORD`. */
export const isSoak = process.env['SOAK'] === 'yes';

/**
 * Registers a test that `npm run soak` alone runs: it varies what a test of `npm test` has shown, and takes a core for
 * ten seconds or more.
 */
export function soakTest(does: string, shows: () => Promise<void> | void, timeout?: number): void {
  if (isSoak) test(does, shows, timeout);
}
