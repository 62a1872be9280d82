import { expect, test } from 'vitest';
import { hoursAndMinutes, isoMillis, isoSeconds, localTime, zoneName } from '../../../src/core/words/time.ts';

const minute = 60_000;
const now = Date.parse('2026-07-03T09:00:00Z');

test.each([
  [0, '-'],
  [59_999, '<1m'],
  [12 * minute, '12m'],
  [185 * minute, '3h05m'],
  [49 * 60 * minute + 20 * minute, '49h20m'],
])('%d ms are %s', (ms, text) => {
  expect(hoursAndMinutes(ms)).toBe(text);
});

test.each([
  ['2026-07-03T08:05:00Z', 0, '08:05'],
  ['2026-07-02T21:30:00Z', 120, '23:30'],
  ['2026-07-02T08:00:00Z', 0, 'Thu 08:00'],
  ['2026-06-28T23:30:00Z', 60, 'Mon 00:30'],
  ['2026-06-14T21:30:00Z', -210, '14 Jun 18:00'],
  ['2026-12-24T09:00:00Z', 0, '24 Dec 09:00'],
  ['2027-07-03T09:00:00Z', 0, '3 Jul 2027 09:00'],
  ['2025-12-31T23:30:00Z', 60, '1 Jan 2026 00:30'],
])('%s, %d minutes ahead of UTC, is %s', (time, zone, text) => {
  expect(localTime(Date.parse(time), now, () => zone)).toBe(text);
});

test('a zone is named by its distance from UTC', () => {
  expect([0, 120, -210, 345].map(zoneName)).toEqual(['UTC', 'UTC+2', 'UTC-3:30', 'UTC+5:45']);
});

test('a time that no date can hold becomes the last one that can', () => {
  expect(isoSeconds(9e15)).toBe('+275760-09-13T00:00:00Z');
  expect(isoMillis(-9e15)).toBe('-271821-04-20T00:00:00.000Z');
});
