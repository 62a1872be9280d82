import { statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeOwnFolder } from '../../src/system/own-folder.ts';
import { scratchFolder } from '../observe/scratch.ts';

test('a folder of ours is its owner’s alone; below a link that leads nowhere the link is named', () => {
  const root = scratchFolder();
  makeOwnFolder(join(root, 'state/one'));
  expect(statSync(join(root, 'state/one')).mode & 0o777).toBe(0o700);
  const link = join(root, 'link');
  symlinkSync(join(root, 'nowhere'), link);
  const said = { code: 3, where: link, message: 'nothing could be written: a link leads nowhere' };
  expect(() => makeOwnFolder(link)).toThrow(expect.objectContaining(said));
  expect(() => makeOwnFolder(join(link, 'one/two'))).toThrow(expect.objectContaining(said));
});
