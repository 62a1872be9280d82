import { expect, test } from 'vitest';
import { writtenTime } from '../../../src/core/words/written-time.ts';

const at = Date.parse('2026-07-01T09:00:00Z');
const hour = 3_600_000;

test.each([
  '2026-07-01T09:00:00Z',
  '2026-07-01t09:00:00z',
  '2026-07-01 09:00Z',
  '2026-07-01 09:00:00 UTC',
  '2026-07-01T11:00:00+02:00',
  '2026-07-01 11:00:00 +0200',
  '2026-07-01 11:00:00+02',
  '2026-07-01 11:00 +02',
  '2026-07-01T09:00:00.000000Z',
  'Wed Jul  1 11:00:00 2026 +0200',
  'Wed, 01 Jul 2026 09:00:00 GMT',
  'Wed Jul  1 02:00:00 PDT 2026',
])('%s is an exact time', (text) => {
  expect(writtenTime(text)).toEqual({ exact: at, latest: at });
});

test.each([
  '2026-07-01 09:00',
  '2026-07-01T09:00:00',
  'Wed Jul  1 09:00:00 2026',
  '2026-07-01 9:00 AM',
  '1 Jul 2026 09:00',
  '09:00 2026-07-01',
  '2026-07-01T09:00:00.000000',
])('%s may be any zone: it is exact nowhere, and bounded by the zone furthest behind', (text) => {
  expect(writtenTime(text)).toEqual({ exact: null, latest: at + 12 * hour });
});

test('a day without a time lasts until it is over everywhere', () => {
  expect(writtenTime('2026-07-01')).toEqual({ exact: null, latest: at + 27 * hour });
});

test.each([
  '2026-07',
  '2026',
  'July 1 2026',
  'today',
  '9:00',
  'Wed Jul  1 09:00:00 CEST 2026',
  '2026-07-01 09:00 somewhere',
  '01/07/2026 09:00',
  '1.7.2026 09:00',
  '07-01-2026 09:00',
  '01/07/2026 09:00 +02:00',
  '',
])('%s tells no time at all', (text) => {
  expect(writtenTime(text)).toEqual({ exact: null, latest: null });
});
