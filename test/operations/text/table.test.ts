import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import { table } from '../../../src/operations/text/table.ts';

const plain = (cell: string): string => cell;

test.each([
  ['plain letters', 'shop', 4],
  ['Latin letters and signs', 'œuv · 3', 7],
  ['East Asian letters', '店舗', 4],
  ['half and full width', 'ｱＡ', 3],
  ['Hangul of parts', '\u1112\u1161\u11ab', 2],
  ['a letter with a combining mark', 'e\u0301', 1],
  ['an emoji', '🚀', 2],
  ['an emoji of several', '👩\u200d💻', 2],
  ['a flag', '🇩🇪', 2],
  ['a key', '1\ufe0f\u20e3', 2],
])('the next column begins under its title: %s', async (_, name, cells) => {
  const [title = '', row = ''] = (
    await table(
      [
        ['SESSION', 'AGENT', 'ID'],
        [name, 'claude', '-'],
      ],
      plain,
    )
  ).split('\n');
  expect(title).toBe('SESSION  AGENT   ID');
  expect(row).toBe(`${name}${' '.repeat(9 - cells)}claude  -`);
  expect(stringWidth(row.slice(0, row.indexOf('claude')))).toBe(title.indexOf('AGENT'));
});

test('colour takes no room, and no line ends in blanks', async () => {
  const show = (cell: string): string => `<${cell}>`;
  expect(
    await table(
      [
        ['a', ''],
        ['bcd', 'e'],
      ],
      show,
    ),
  ).toBe('<a>    <>\n<bcd>  <e>');
  expect(
    await table(
      [
        ['a', ''],
        ['bcd', 'e'],
      ],
      plain,
    ),
  ).toBe('a\nbcd  e');
});
