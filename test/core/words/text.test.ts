import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clean, fitLines, shellQuote } from '../../../src/core/words/text.ts';

test('what comes from outside is printed without control characters, and can still be read', () => {
  expect(clean('plain ünïcode 状態 🙂')).toBe('plain ünïcode 状態 🙂');
  expect(clean('\u001b[31mred\u0007\r\n\ttab\u202eover\u2028line\ufeff\u0085\u200b\ud800')).toBe(
    '\\x1b[31mred\\x07\\r\\n\\ttab\\u202eover\\u2028line\\ufeff\\x85\\u200b\\ud800',
  );
});

test('a quoted word is one word for a shell, whatever is in it', () => {
  expect(shellQuote('/home/me/lab')).toBe('/home/me/lab');
  expect(shellQuote("it's $(here)")).toBe(`'it'\\''s $(here)'`);
  const words = ['', '-n', '$(touch x)', '`id`', "a'b", 'a\\b', '!!', '~', '=ls', '\u001b[2J', "\t'\n\\", 'ü', '*'];
  const odd = ['\n', 'a\n\nb%s\\n', "\u0007it's\u001b7", 'a\u200b\u202e🙂', '-\r'];
  const isLastLine = (word: string): boolean => !word.endsWith('\n');
  for (const shell of ['sh', 'bash']) {
    const given = [...words, ...odd].filter((word) => shell === 'bash' || isLastLine(word));
    const script = `printf '%s\\0' ${given.map(shellQuote).join(' ')}`;
    const echoed = execFileSync(shell, ['-c', script], { encoding: 'utf8' });
    expect(echoed.split('\0').slice(0, -1)).toEqual(given);
    expect(clean(script)).toBe(script);
  }
});

test('lines are kept whole, from the first on, and the rest is counted', () => {
  const more = (count: number): string => `… and ${count} more`;
  expect(fitLines(['one', 'two'], 7, more)).toBe('one\ntwo');
  expect(fitLines(['one', 'two', 'three'], 12, more)).toBe('… and 3 more');
  expect(fitLines(['one', 'two', 'three and more'], 20, more)).toBe('one\n… and 2 more');
  expect(fitLines(['a line that is too long', 'two'], 24, more)).toBe('a line…\n… and 2 more');
  expect(fitLines(['状態状態状態状態状態状態'], 24, more)).toBe('状態…\n… and 1 more');
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 120 }).filter((line) => !line.includes('\n'))), (lines) => {
      const text = fitLines(lines, 100, more);
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(100);
      const shown = text.split('\n');
      const whole = lines.join('\n') === text;
      const isCut = !lines.includes(shown[0] ?? '');
      if (!whole && !isCut) expect(shown.slice(0, -1)).toEqual(lines.slice(0, shown.length - 1));
    }),
  );
});
