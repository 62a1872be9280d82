import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { linesFromEnd } from '../../src/system/lines-from-end.ts';

function linesOf(text: string, bytesAtMost?: number): readonly string[] {
  const dir = mkdtempSync(join(tmpdir(), 'asm-lines-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  const path = join(dir, 'lines');
  writeFileSync(path, text);
  const file = openSync(path, 'r');
  try {
    return [...linesFromEnd(file, Buffer.byteLength(text), bytesAtMost)];
  } finally {
    closeSync(file);
  }
}

test('the last line comes first, whether it is ended or not', () => {
  expect(linesOf('one\ntwo\n\nthree\n')).toEqual(['three', 'two', 'one']);
  expect(linesOf('\none\ntwo')).toEqual(['two', 'one']);
  expect(linesOf('')).toEqual([]);
  expect(linesOf('\n')).toEqual([]);
});

test('a line that lies in several parts of the file is whole, and so is each character', () => {
  const lines = Array.from({ length: 300 }, (_, index) => `${index} ${'ü€'.repeat(index * 7)}`);
  expect(linesOf(`${lines.join('\n')}\n`)).toEqual(lines.toReversed());
  const long = 'x'.repeat(200_000);
  expect(linesOf(`a\n${long}\nb\n`)).toEqual(['b', long, 'a']);
});

test('a line that begins before the last bytes is left out', () => {
  expect(linesOf('one\ntwo\nthree\n', 9)).toEqual(['three']);
  expect(linesOf('one\ntwo\nthree\n', 10)).toEqual(['three']);
  expect(linesOf('one\ntwo\nthree\n', 100)).toEqual(['three', 'two', 'one']);
});
