import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readStat } from '../../src/system/proc-files.ts';
import { namingPlace, replaceFile, stage, sweepTemporaries, writeStateFile } from '../../src/system/replace-file.ts';
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

test('a replaced file keeps its mode, also that of a secret; a new one has the usual mode', () => {
  const folder = scratchFolder();
  const [secret, fresh] = [put(join(folder, 'secret'), 'old'), join(folder, 'new')];
  chmodSync(secret, 0o600);
  for (const path of [secret, fresh]) replaceFile(path, 'text');
  const usual = statSync(put(join(folder, 'usual'), '')).mode;
  expect([secret, fresh].map((path) => statSync(path).mode)).toEqual([(usual & ~0o777) | 0o600, usual]);
  expect(readFileSync(secret, 'utf8')).toBe('text');
  expect(readdirSync(folder).toSorted()).toEqual(['new', 'secret', 'usual']);
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

test('an error names the file that was to be written, not the temporary one', () => {
  const folder = scratchFolder();
  const missing = join(folder, 'missing/config.yaml');
  const taken = join(folder, 'taken');
  mkdirSync(taken);
  const message = (what: string, path: string): unknown =>
    expect.objectContaining({ path, message: `${what} '${path}'` });
  const absent = message('ENOENT: no such file or directory, open', missing);
  expect(() => stage(missing, '')).toThrow(absent);
  const inTheWay = message('EISDIR: illegal operation on a directory, rename', taken);
  for (const write of [replaceFile, writeStateFile]) expect(() => write(taken, '')).toThrow(inTheWay);
  expect(readdirSync(folder)).toEqual(['taken']);
  const full = (): never => {
    throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  };
  expect(() => namingPlace(taken, full)).toThrow(message('ENOSPC: no space left on device, write', taken));
});
