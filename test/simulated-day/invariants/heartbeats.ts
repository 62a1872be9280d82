import { expect } from 'vitest';
import { defaults } from '../../../src/config/defaults.ts';

/** A heartbeat may wait for the pass that is under way, and for the first answer of a board that was away; ms. */
const lateMs = 40_000;

/**
 * While the monitor lives its card gets a heartbeat every five minutes. Times are ms of the clock that is never set.
 * @param since since when nothing keeps it from that
 */
export function beatsGoOn(beats: readonly number[], since: number, now: number): void {
  const last = Math.max(since, beats.at(-1) ?? 0);
  expect(now - last, 'ms without a heartbeat').toBeLessThan(defaults.heartbeatMs + lateMs);
}
