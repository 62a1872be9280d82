import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import { screenLines } from '../../src/cli/screen-lines.ts';
import { painter } from '../../src/operations/text/paint.ts';

const page = {
  head: ['SESSION  STATE'],
  rows: [['asks  needs you'], ['works  working'], ['died  gone', '    claude --resume 1'], ['rests  idle']],
  foot: ['cannot see tmux', 'a hint', '4 sessions: 1 needs you'],
};
const plain = { keys: 'q: end · r: look now', paint: painter(false) };

test('shows all where there is room, and the keys', async () => {
  expect(await screenLines(page, { width: 60, height: 24 }, plain)).toEqual([
    ...page.head,
    ...page.rows.flat(),
    ...page.foot,
    'q: end · r: look now',
  ]);
});

test('leaves out the last rows first, whole, and says how many', async () => {
  const lines = await screenLines(page, { width: 60, height: 8 }, plain);
  expect(lines).toEqual([
    'SESSION  STATE',
    'asks  needs you',
    'works  working',
    'cannot see tmux',
    'a hint',
    '4 sessions: 1 needs you',
    '2 more: make the window taller · q: end · r: look now',
  ]);
});

test.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])('has at most %i lines', async (height) => {
  const lines = await screenLines(page, { width: 60, height }, plain);
  expect(lines.length).toBeLessThanOrEqual(height);
  expect(lines.at(-1)).toContain('q: end');
  if (height > 1) expect(lines).toContain('4 sessions: 1 needs you');
  if (height > 4) expect(lines).toContain('asks  needs you');
});

test('cuts to the cells of the terminal, and keeps the colours', async () => {
  const wide = '店舗'.repeat(20);
  const rows = [[`\u001b[31m${'long '.repeat(20)}\u001b[39m end`], [wide], ['👩‍👩‍👧‍👦'.repeat(20)], ['short']];
  const [red, cut, joined, short] = await screenLines({ head: [], rows, foot: [] }, { width: 21, height: 9 }, plain);
  expect(red).toBe(`\u001b[31m${'long '.repeat(4)}…\u001b[39m`);
  expect(cut).toBe(`${'店舗'.repeat(5)}…`);
  expect(stringWidth(joined ?? '')).toBe(21);
  expect(short).toBe('short');
});

test('lets no control character through but colours', async () => {
  const rows = [['a\u001b[2Jb\u0007c\u009b31md\u001b]0;title\u0007\u001b[1;31mred\u001b[0m']];
  const [line] = await screenLines({ head: [], rows, foot: [] }, { width: 90, height: 3 }, plain);
  expect(line).toBe('a\\x1b[2Jb\\x07c\\x9b31md\\x1b]0;title\\x07\u001b[1;31mred\u001b[0m');
});
