import { expect } from 'vitest';
import { parseList } from '../../../src/observe/tmux/tmux-list.ts';
import type { Target } from './target.ts';

const mark = 'c0ffee123456';
const end = `${mark}-end\t4242\t1782892000\t3.3a\n`;
const row = (session: string, pane: number): string =>
  `${mark}\t$0\t1782892800\t@1\t%${pane}\t${100 + pane}\t0\t${session}\t${mark}\tclaude\t${mark}\t/home/me\t${mark}\ttitle\n`;
/** Parts the words that programs and users choose: a session's name, a program, a folder, a title. */
const part = '\u241f';

/**
 * tmux's list: whole, or none at all. What names, programs, folders and titles hold never looks like a row; a list that
 * was cut is none, so nothing in it is taken for gone.
 */
export const tmuxList: Target = {
  name: 'tmux-list',
  seeds: [
    ['one', 'claude', '/home/me', '✳ Claude', 'two', 'bash', '/x\n/y', 'a\tb'].join(part),
    row('one', 1) + row('two', 2) + end,
    end,
  ],
  parse: (text) => parseList(text, mark),
  check: (text) => {
    // tmux is asked with a mark that no name can know.
    asRows(text.replaceAll(mark, 'x').split(part));
    asOutput(text);
  },
};

function asRows(words: readonly string[]): void {
  const panes = words.flatMap((name, at) =>
    at % 4 === 0 && name !== '' ? [[name, ...words.slice(at + 1, at + 4)]] : [],
  );
  const rows = panes.map(([name, command = '', cwd = '', title = ''], at) => {
    const head = [mark, `$${at >> 1}`, 1_782_892_800, '@1', `%${at}`, 100 + at, at % 2, panes[at & ~1]?.[0] ?? name];
    return `${[...head, mark, command, mark, cwd, mark, title].join('\t')}\n`;
  });
  const output = rows.join('') + end;
  const list = parseList(output, mark);
  expect(list?.sessions.map(({ id, name }) => [id, name])).toEqual(
    panes.flatMap(([name], at) => (at % 2 === 0 ? [[`$${at >> 1}`, name]] : [])),
  );
  const found = list?.sessions.flatMap((session) => session.panes) ?? [];
  expect(found.map(({ id, pid, dead, command }) => [id, pid, dead, command])).toEqual(
    panes.map(([, command = ''], at) => [`%${at}`, 100 + at, at % 2 === 1, command]),
  );
  for (const [at, { cwd }] of found.entries())
    expect([panes[at]?.[2] ?? '', (panes[at]?.[2] ?? '').replace(/ \(deleted\)$/, '')]).toContain(cwd);
  expect([...(list?.titles ?? [])]).toEqual(panes.map(([, , , title = ''], at) => [100 + at, title]));
  for (const part of [0.25, 0.5, 0.9]) expect(parseList(output.slice(0, output.length * part), mark)).toBeNull();
  expect(parseList(output.slice(0, -1), mark)).toBeNull();
}

function asOutput(text: string): void {
  const list = parseList(text, mark);
  if (list === null) return;
  expect(text.endsWith('\n') && text.includes(`${mark}-end\t`)).toBe(true);
  const rows = text.slice(0, text.lastIndexOf(`${mark}-end\t`)).split(new RegExp(`(?:^|\\n)${mark}\\t(?=\\$)`));
  const panes = list.sessions.flatMap((session) => session.panes);
  expect(panes).toHaveLength(rows.length - 1);
  for (const { id, pid, dead } of panes)
    expect([text.includes(`\t${id}\t`), pid === null ? dead : Number.isSafeInteger(pid)]).toEqual([true, true]);
}
