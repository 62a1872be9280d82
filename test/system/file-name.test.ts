import { basename } from 'node:path';
import { expect, test } from 'vitest';
import { fileNameOf } from '../../src/system/file-name.ts';
import { temporaryOf } from '../../src/system/replace-file.ts';

test.each([
  ['23 letters of 9 bytes, as in the name of a reader', `card-${'監'.repeat(23)}`],
  ['as long as a temporary file has room for', 'w'.repeat(212)],
])('a name that an earlier version could write stays: %s', (_, text) => {
  expect(fileNameOf(text)).toBe(encodeURIComponent(text));
});

test('a longer name is a hash, and each has room for what a temporary file adds', () => {
  expect(fileNameOf('w'.repeat(213))).toMatch(/^[0-9a-f]{64}$/);
  const ownPart = /\.asm-\d+-\d*-/;
  const longest = basename(temporaryOf(`/${fileNameOf('w'.repeat(212))}.jsonl`)).replace(
    ownPart,
    `.asm-4194304-${'9'.repeat(10)}-`,
  );
  expect(longest).toHaveLength(255);
});
