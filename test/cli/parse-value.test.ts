import { expect, test } from 'vitest';
import { parseValue } from '../../src/cli/parse-value.ts';

const now = new Date(2026, 6, 1, 12, 0).getTime();
const hour = 3_600_000;

test.each([
  ['2h', 'back', -2 * hour],
  ['2h', 'on', 2 * hour],
  ['11:00', 'back', -hour],
  ['11:00', 'on', 23 * hour],
  ['13:00', 'on', hour],
  ['13:00', 'back', -23 * hour],
] as const)('%s counted %s from noon', (text, direction, offset) => {
  expect(parseValue({ name: 'at', description: '', value: { kind: 'time', direction } }, text, now)).toBe(now + offset);
});

test.each(['25:00', '2026-13-01', 'soon', ''])('%j is no time', (text) => {
  const flag = { name: 'since', description: '', value: { kind: 'time', direction: 'back' } } as const;
  expect(() => parseValue(flag, text, now)).toThrow(`--since does not take ${JSON.stringify(text)}`);
});
