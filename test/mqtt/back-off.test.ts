import { expect, test } from 'vitest';
import { makeBackOff } from '../../src/mqtt/back-off.ts';

test('doubles up to 10 s, after an hour of failure 60 s, and half of it is chance', () => {
  const clock = { now: 0 };
  const most = makeBackOff(
    () => 1,
    () => clock.now,
  );
  const waits = Array.from({ length: 7 }, () => most.next(0));
  expect(waits).toEqual([500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000]);
  clock.now = 60 * 60_000;
  expect(most.next(0)).toBe(60_000);
  expect(most.next(9_000), 'a connection that fell at once was none').toBe(60_000);
  expect(most.next(11_000), 'a good one').toBe(500);
  expect(
    makeBackOff(
      () => 0,
      () => 0,
    ).next(0),
  ).toBe(250);
});
