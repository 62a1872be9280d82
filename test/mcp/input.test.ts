import * as z from 'zod';
import { expect, test } from 'vitest';
import { card, count, session, text, texts, toggle } from '../../src/mcp/input.ts';
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
  for (const value of [true, 'TRUE', ' true ', 'yes', 'Y', 'On', 1, '1'])
    expect(read(toggle(''), [value])).toEqual([true]);
  for (const value of [false, 'False', 'no', 'N', ' off', 0, '0']) expect(read(toggle(''), [value])).toEqual([false]);
  expect(read(toggle(''), [null, 'maybe', 'o', '', 2, '${DRY}', {}])).toEqual(Array.from({ length: 7 }));
  expect(read(texts(''), [['a', 5, ' b ', '${X}'], 'a, b,', 7, [], '', '${IDS}', { 0: 'a' }])).toEqual([
    ['a', 'b'],
    ['a', 'b'],
    ...Array.from({ length: 5 }),
  ]);
});

test('blanks around a name mean nothing; a text keeps them, as it is posted', () => {
  const [task, board, name] = [card.task_id, card.board, session.session];
  for (const shape of [task, board, name]) {
    const read = (value: unknown): unknown => z.object({ value: shape }).parse({ value }).value;
    expect([' lab-x\n', 'lab-x', 7, ' ', '${X}', null].map(read)).toEqual([
      'lab-x',
      'lab-x',
      '7',
      ...Array.from({ length: 3 }),
    ]);
  }
  expect(z.object({ value: text('') }).parse({ value: '  a\n' }).value).toBe('  a\n');
});
