import { expect, test } from 'vitest';
import { isOn, numberOf, textOf, textsOf } from '../../src/mcp/tolerant.ts';

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
  ['a template that nobody filled', '${SECONDS}', null],
])('seconds, %s', (_, seconds, read) => {
  expect(numberOf({ seconds }, 'seconds', range)).toBe(read);
});

test('texts, flags and lists are read as they are meant; what is none is not there', () => {
  expect(['t_1', 7, '${HERMES_KANBAN_TASK}', ' ', null, {}].map((card) => textOf({ card }, 'card'))).toEqual([
    't_1',
    '7',
    null,
    null,
    null,
    null,
  ]);
  expect([true, 'TRUE', 'yes', 1, '1'].every((dry) => isOn({ dry }, 'dry'))).toBe(true);
  expect([false, 'no', 0, null, 'maybe'].some((dry) => isOn({ dry }, 'dry'))).toBe(false);
  expect([['a', 5, ' b '], 'a, b,', 7].map((ids) => textsOf({ ids }, 'ids'))).toEqual([['a', 'b'], ['a', 'b'], []]);
});
