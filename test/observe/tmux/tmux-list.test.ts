import { expect, test } from 'vitest';
import { parseList } from '../../../src/observe/tmux/tmux-list.ts';

const mark = 'c0ffee123456';
const row = (session: string, pane: number, cwd = '/home/me'): string =>
  `${mark}\t$0\t1782892800\t@1\t%${pane}\t${100 + pane}\t0\t${session}\t${mark}\tclaude\t${mark}\t${cwd}\t${mark}\t⠧ title ${pane}\n`;
const end = `${mark}-end\t4242\t1782892000\t3.3a\n`;

test('a whole list, with what no separator can be trusted to keep out of it', () => {
  const forged = `/home/evil\n${'x'.repeat(12)}\t$9\t1\t@9\t%9\t9\t0\tforged\n\ttab`;
  const list = parseList(row('a\tb', 1) + row('a\tb', 2, forged) + end, mark);
  expect(list).toEqual({
    serverPid: 4242,
    startedAt: 1_782_892_000_000,
    version: '3.3a',
    sessions: [
      {
        id: '$0',
        name: 'a\tb',
        created: 1_782_892_800_000,
        panes: [
          { id: '%1', windowId: '@1', pid: 101, dead: false, command: 'claude', cwd: '/home/me' },
          { id: '%2', windowId: '@1', pid: 102, dead: false, command: 'claude', cwd: forged },
        ],
      },
    ],
    titles: new Map([
      [101, '⠧ title 1'],
      [102, '⠧ title 2'],
    ]),
  });
});

test('a server without sessions is a whole list too', () => {
  expect(parseList(end, mark)?.sessions).toEqual([]);
});

test('whatever is cut off, at any byte, is no list', () => {
  const whole = row('one', 1) + row('two', 2) + end;
  for (let length = 0; length < whole.length; length += 1) expect(parseList(whole.slice(0, length), mark)).toBeNull();
  for (let from = 1; from < row('one', 1).length; from += 1) expect(parseList(whole.slice(from), mark)).toBeNull();
  expect(parseList(row('one', 1) + end + row('two', 2), mark)).toBeNull();
});
