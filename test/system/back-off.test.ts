import { expect, test } from 'vitest';
import { BackOff } from '../../src/system/back-off.ts';

const times = { shortestMs: 500, longestMs: 10_000, patience: { afterMs: 60 * 60_000, ms: 60_000 } };

test('doubles up to 10 s, after an hour of failure 60 s, and half of it is chance', () => {
  const clock = { now: 0 };
  const most = new BackOff(
    times,
    () => 1,
    () => clock.now,
  );
  const waits = Array.from({ length: 7 }, () => most.next());
  expect(waits).toEqual([500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000]);
  clock.now = 60 * 60_000;
  expect(most.next()).toBe(60_000);
  expect(most.next(), 'a connection that fell at once was none').toBe(60_000);
  most.reset();
  expect(most.next(), 'after a good one').toBe(500);
  expect(new BackOff(times, () => 0).next()).toBe(250);
});
