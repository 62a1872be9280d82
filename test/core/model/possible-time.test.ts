import { expect, test } from 'vitest';
import { possibleTime } from '../../../src/core/model/possible-time.ts';

const now = Date.parse('2026-07-01T09:00:30.000Z');
const startedAt = now - 3_600_000;

test.each([
  ['while it runs', now - 60_000, true],
  ['the clocks differ a little', now + 1_000, true],
  ['the clocks differed a little at its start', startedAt - 1_000, true],
  ['far ahead', now + 3_600_000, false],
  ['long before its start', startedAt - 3_600_000, false],
  ['no time at all', 0, false],
  ['seconds in place of ms', Math.floor(now / 1000), false],
  ['before 1970', -1, false],
  ['more than a date can hold', 1e20, false],
  ['no number', NaN, false],
])('a time that a process says: %s', (_, ms, isPossible) => {
  expect(possibleTime(ms, startedAt, now)).toBe(isPossible ? ms : null);
});

test('a start that is to come bounds nothing', () => {
  expect([possibleTime(now - 60_000, now + 3_600_000, now), possibleTime(0, now + 3_600_000, now)]).toEqual([
    now - 60_000,
    null,
  ]);
});

test('of a process whose start is not known only no time at all is refused', () => {
  expect([possibleTime(0, 0, now), possibleTime(1, 0, now)]).toEqual([null, 1]);
});
