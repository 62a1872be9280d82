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

test('a dead pane of tmux 3.8 without a pid, a pane that never had a program, and a session without a name', () => {
  const dead = (pane: string, pid: string, isDead: number, session: string): string =>
    row(session, 1).replace('%1\t101\t0', `%${pane}\t${pid}\t${isDead}`);
  const list = parseList(dead('1', '', 1, 'one') + dead('2', '', 0, '') + dead('3', '0', 0, '') + end, mark);
  expect(
    list?.sessions.flatMap(({ name, panes }) => panes.map(({ id, pid, dead: is }) => [name, id, pid, is])),
  ).toEqual([
    ['one', '%1', null, true],
    ['one', '%2', null, true],
    ['one', '%3', null, true],
  ]);
  expect(list?.titles).toEqual(new Map());
  expect(parseList(row('', 1) + end, mark)?.sessions.map(({ name }) => name)).toEqual(['']);
});

test('tmux 3.4 puts a backslash before each variable in what it prints: names and folders come as they are', () => {
  const printed = row('a\\\\$b', 1, '/home/me/\\$HOME \\\\${x} $9 \\n');
  const folderIn = (version: string) => {
    const session = parseList(printed + end.replace('3.3a', version), mark)?.sessions[0];
    return [session?.name, session?.panes[0]?.cwd];
  };
  expect(folderIn('3.4')).toEqual(['a\\$b', '/home/me/$HOME \\${x} $9 \\n']);
  for (const version of ['3.3a', '3.5'])
    expect(folderIn(version)).toEqual(['a\\\\$b', '/home/me/\\$HOME \\\\${x} $9 \\n']);
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

test('a process id that no number holds exactly is no row', () => {
  expect(parseList(row('one', 1).replace('\t101\t', '\t9007199254740993\t') + end, mark)).toBeNull();
});
