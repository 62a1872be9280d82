import xterm from '@xterm/headless';
import { expect, test } from 'vitest';
import { screenChanges } from '../../src/cli/screen-changes.ts';

const [one, two] = ['\u001b[1;1H', '\u001b[2;1H'];

test.each([
  ['nothing, where nothing changed', ['a', 'b'], ['a', 'b'], ''],
  ['the line that changed', ['a', 'b'], ['c', 'b'], `${one}c\u001b[K`],
  ['the last line, with what stood below it', ['a', 'b'], ['a', 'c'], `${two}c\u001b[J`],
  ['a line more', ['a'], ['a', 'b'], `${two}b\u001b[J`],
  ['a line less', ['a', 'b', 'c'], ['a', 'b'], `${two}b\u001b[J`],
  ['all, where it is not known what stands there', null, ['a', 'b'], `${one}a\u001b[K${two}b\u001b[J`],
])('writes %s', (_, before, after, written) => {
  expect(screenChanges(before, after)).toBe(written);
});

test('a terminal shows the page, whatever it showed before', async () => {
  const terminal = new xterm.Terminal({ cols: 12, rows: 4, allowProposedApi: true });
  const pages = [
    ['SESSION', 'shop working', 'blog idle', 'q: end'].map((line) => line.slice(0, 11)),
    ['SESSION', 'q: end'],
    ['店舗店舗店', '\u001b[31mgone\u001b[39m', 'q: end'],
    ['店舗', '\u001b[31mgone\u001b[39m', 'idle', 'q: end'],
    ['a'],
  ];
  let shown: readonly string[] | null = null;
  for (const page of [...pages, ...pages.toReversed()]) {
    const text = screenChanges(shown, page);
    await new Promise<void>((resolve) => terminal.write(text, resolve));
    const rows = [0, 1, 2, 3].map((row) => terminal.buffer.active.getLine(row)?.translateToString(true));
    // eslint-disable-next-line no-control-regex
    const plain = page.map((line) => line.replaceAll(/\u001b\[\d+m/g, ''));
    expect(rows).toEqual([...plain, '', '', ''].slice(0, 4));
    shown = page;
  }
  terminal.dispose();
});
