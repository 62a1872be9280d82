import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmdirSync, utimesSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { remover } from '../../src/system/abandoned-lock.ts';
import { sweepTemporaries, temporaryOf } from '../../src/system/replace-file.ts';
import { scratchFolder } from '../observe/scratch.ts';

afterEach(() => vi.restoreAllMocks());

test('a lock that another process makes anew while the dead one is judged stays', () => {
  const folder = scratchFolder();
  const lock = join(folder, 'state.json.lock');
  const longAgo = Date.now() / 1_000 - 10;
  mkdirSync(lock);
  utimesSync(lock, longAgo, longAgo);
  const remove = remover(lock, { staleMs: 3_000, oldMs: 3_000 });
  const { now } = Date;
  // The clock is asked between the look at the lock and its removal.
  vi.spyOn(Date, 'now').mockImplementationOnce(() => {
    rmdirSync(lock);
    mkdirSync(lock);
    return now();
  });
  expect({ isRemoved: remove(), names: readdirSync(folder) }).toEqual({ isRemoved: false, names: ['state.json.lock'] });
  utimesSync(lock, longAgo, longAgo);
  expect({ isRemoved: remove(), names: readdirSync(folder) }).toEqual({ isRemoved: true, names: [] });
});

test('a process that is killed while it removes a lock leaves nothing that a sweep does not find', () => {
  const folder = scratchFolder();
  const code = `
    const fs = require('node:fs');
    const [module, lock] = process.argv.slice(1);
    fs.rmdirSync = () => process.kill(process.pid, 'SIGKILL');
    require('node:module').syncBuiltinESMExports();
    fs.mkdirSync(lock);
    fs.utimesSync(lock, 1, 1);
    import(module).then(({ remover }) => remover(lock, { staleMs: 3000, oldMs: 3000 })());
  `;
  const module = join(import.meta.dirname, '../../src/system/abandoned-lock.ts');
  const words = ['--import', 'tsx', '-e', code, module, join(folder, 'a.json.lock')];
  const { signal, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' });
  expect({ signal, stderr }).toEqual({ signal: 'SIGKILL', stderr: '' });
  expect(readdirSync(folder)).toHaveLength(1);
  sweepTemporaries(folder);
  expect(readdirSync(folder)).toEqual([]);
});

test('the lock of a file is removed whose name is as long as a name can be', () => {
  const folder = scratchFolder();
  const longest = 255 - basename(temporaryOf('')).length;
  const lock = join(folder, `${'r'.repeat(longest)}.lock`);
  mkdirSync(lock);
  utimesSync(lock, 1, 1);
  expect(remover(lock, { staleMs: 3_000, oldMs: 3_000 })()).toBe(true);
  expect(readdirSync(folder)).toEqual([]);
});
