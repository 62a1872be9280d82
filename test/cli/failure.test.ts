import { mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { failureOf } from '../../src/cli/failure.ts';
import { makeOwnFolder } from '../../src/system/own-folder.ts';
import { replaceFile } from '../../src/system/replace-file.ts';
import { put, scratchFolder } from '../observe/scratch.ts';

function thrownBy(act: () => unknown): unknown {
  try {
    act();
    return null;
  } catch (error) {
    return error;
  }
}

test('a write that is refused names the file that the user knows, and a cure that helps there', () => {
  const root = scratchFolder();
  const state = join(root, 'state');
  const folder = join(root, 'config.yaml');
  mkdirSync(folder);
  const refused = (path: string): unknown =>
    failureOf(
      thrownBy(() => replaceFile(path, 'text')),
      state,
    );
  expect(refused(folder)).toEqual({
    code: 3,
    message: `a file could not be written: EISDIR: illegal operation on a directory, rename '${folder}'`,
    where: folder,
    cure: 'move it away',
  });
  const below = join(put(join(root, 'file'), ''), 'one/two');
  expect(
    failureOf(
      thrownBy(() => mkdirSync(below)),
      state,
    ),
  ).toMatchObject({
    message: 'a file could not be written: a file is where a folder belongs',
    where: join(root, 'file'),
    cure: 'move it away',
  });
  const link = join(root, 'link');
  symlinkSync(join(root, 'nowhere'), link);
  expect(
    failureOf(
      thrownBy(() => mkdirSync(link, { recursive: true })),
      state,
    ),
  ).toMatchObject({
    where: link,
    cure: 'mend that link',
  });
  const lock = join(root, 'state.json.lock');
  mkdirSync(join(lock, 'theirs'), { recursive: true });
  const filled = Object.assign(new Error('it holds something'), { code: 'ENOTEMPTY', path: lock });
  expect(failureOf(filled, state)).toMatchObject({ code: 3, where: lock, cure: 'move it away' });
});

test.each([
  ['EFBIG', 'raise the limit on the size of a file (ulimit -f)'],
  ['ENAMETOOLONG', 'name a shorter path'],
])('a file that the system refuses with %s is no defect of ours', (code, cure) => {
  const refused = Object.assign(new Error(`${code}: refused, write '/log'`), { code, path: '/log' });
  const message = `a file could not be written: ${code}: refused, write '/log'`;
  expect(failureOf(refused, '/state')).toEqual({ code: 3, message, where: '/log', cure });
});

test('only for a file of the state folder, or above it, another state folder is a cure', () => {
  const state = '/home/me/.local/state/asm';
  const cureOf = (path: string, code = 'EACCES'): string =>
    failureOf(Object.assign(new Error(`${code}: no`), { code, path }), state).cure;
  const usual = 'make it and its folder writable';
  expect(cureOf(`${state}/log`)).toBe(`${usual}, or set AGENT_SESSIONS_MONITOR_STATE_DIR`);
  expect(cureOf(dirname(state))).toBe(`${usual}, or set AGENT_SESSIONS_MONITOR_STATE_DIR`);
  expect(cureOf('/home/me/.hermes/config.yaml')).toBe(usual);
  expect(cureOf('/home/me/.hermes/config.yaml', 'ENOSPC')).toBe('make room on its disk');
  expect(
    failureOf(
      thrownBy(() => makeOwnFolder('/dev/null/state')),
      state,
    ),
  ).toMatchObject({ where: '/dev/null' });
});
