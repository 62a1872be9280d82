import { afterEach, beforeEach, expect, test } from 'vitest';
import { isQuiet } from '../../../src/tell/notify/quiet-hours.ts';

const zone = process.env['TZ'];
beforeEach(() => void (process.env['TZ'] = 'Europe/Berlin'));
afterEach(() => {
  if (zone === undefined) delete process.env['TZ'];
  else process.env['TZ'] = zone;
});

/** Returns for each of these moments whether it is quiet. */
const quiet = (hours: string, ...times: readonly string[]) => times.map((time) => isQuiet(hours, Date.parse(time)));

test('quiet hours are local, may reach over midnight, and end with their last minute', () => {
  const night = [
    '2026-07-01T21:59:59+02:00',
    '2026-07-01T22:00:00+02:00',
    '2026-07-02T06:59:59+02:00',
    '2026-07-02T07:00+02:00',
  ];
  expect(quiet('22:00-07:00', ...night)).toEqual([false, true, true, false]);
  expect(quiet('12:00-13:30', '2026-07-01T11:59+02:00', '2026-07-01T13:29+02:00', '2026-07-01T13:30+02:00')).toEqual([
    false,
    true,
    false,
  ]);
  expect(isQuiet(null, 0)).toBe(false);
});

test('the hour that spring leaves out ends them, and the hour that autumn repeats is quiet twice', () => {
  // 02:00 to 03:00 is not there.
  expect(quiet('22:00-02:30', '2026-03-29T01:59:59+01:00', '2026-03-29T03:00:00+02:00')).toEqual([true, false]);
  const autumn = [
    '2026-10-25T02:15+02:00',
    '2026-10-25T02:45+02:00',
    '2026-10-25T02:15+01:00',
    '2026-10-25T02:45+01:00',
  ];
  expect(quiet('22:00-02:30', ...autumn)).toEqual([true, false, true, false]);
  expect(quiet('22:00-07:00', '2026-10-25T06:59+01:00', '2026-10-25T07:00+01:00')).toEqual([true, false]);
});
