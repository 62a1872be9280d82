import { mkdirSync, readdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readStat } from '../../src/system/proc-files.ts';
import { sweepTemporaries } from '../../src/system/replace-file.ts';
import { put, scratchFolder } from '../observe/scratch.ts';

test('what a killed writer left is removed; what one in another place writes only after a day', () => {
  const folder = scratchFolder();
  const living = `.a.json.asm-1-${readStat(1)?.start}.tmp`;
  const elsewhere = '.a.json.asm-4194301-1-0badcafe.tmp';
  const old = '.b.json.asm-4194301-1-0badcafe.tmp';
  for (const name of [living, elsewhere, old, '.a.json.asm-4194301-1.tmp', 'a.json']) put(join(folder, name), '');
  const twoDaysAgo = Date.now() / 1000 - 2 * 86_400;
  utimesSync(join(folder, old), twoDaysAgo, twoDaysAgo);
  sweepTemporaries(folder, 'a.json');
  expect(readdirSync(folder).toSorted()).toEqual([elsewhere, living, old, 'a.json'].toSorted());
  sweepTemporaries(folder);
  expect(readdirSync(folder).toSorted()).toEqual([elsewhere, living, 'a.json'].toSorted());
});

test('a lock that a killed process moved aside is removed; one that is not empty is none', () => {
  const folder = scratchFolder();
  const full = '.b.json.lock.asm-4194301-1.tmp';
  mkdirSync(join(folder, '.a.json.lock.asm-4194301-1.tmp'));
  mkdirSync(join(folder, full));
  put(join(folder, full, 'mine'), '');
  sweepTemporaries(folder, 'b.json.lock');
  expect(readdirSync(folder)).toHaveLength(2);
  sweepTemporaries(folder);
  expect(readdirSync(folder)).toEqual([full]);
});
