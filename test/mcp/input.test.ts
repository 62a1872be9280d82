import * as z from 'zod';
import { expect, test } from 'vitest';
import { count, text, texts, toggle } from '../../src/mcp/input.ts';
import { readNumber } from '../../src/system/set-variable.ts';

const range = { least: 0, most: 570 };

test.each([
  ['a number', 30, 30],
  ['a number as text', ' 30 ', 30],
  ['too many', 100_000, 570],
  ['too few', '-1', 0],
  ['a word', 'soon', null],
  ['nothing', '', null],
  ['no number', Number.NaN, null],
  ['a list', [30], null],
  ['an unfilled template', '${SECONDS}', null],
])('seconds, %s', (_, seconds, read) => {
  expect(readNumber(seconds, range)).toBe(read);
  expect(z.object({ seconds: count('', range) }).parse({ seconds })).toEqual({ seconds: read ?? undefined });
});

test('texts, flags and lists are read as they are meant; what is none is not there', () => {
  const read = (shape: z.ZodType, values: readonly unknown[]) =>
    values.map((value) => z.object({ value: shape }).parse({ value, unknown: 1 }).value);
  expect(read(text(''), ['t_1', 7, '${HERMES_KANBAN_TASK}', ' ${X} ', ' ', null, {}, [], true])).toEqual([
    't_1',
    '7',
    ...Array.from({ length: 7 }),
  ]);
  expect(read(toggle(''), [true, 'TRUE', 'yes', 1, '1'])).toEqual([true, true, true, true, true]);
  expect(read(toggle(''), [false, 'no', 0, null, 'maybe', '${DRY}', {}])).toEqual([
    false,
    false,
    false,
    ...Array.from({ length: 4 }),
  ]);
  expect(read(texts(''), [['a', 5, ' b ', '${X}'], 'a, b,', 7, [], '', '${IDS}', { 0: 'a' }])).toEqual([
    ['a', 'b'],
    ['a', 'b'],
    ...Array.from({ length: 5 }),
  ]);
});
