import { expect, test } from 'vitest';
import { cannotWrite } from '../../src/registry/cannot-write.ts';

test('a registry that is mounted alone, as into a container, cannot be replaced, and its folder is the cure', () => {
  const path = '/home/me/agent-sessions.yaml';
  const busy = new Error(`EBUSY: resource busy or locked, rename '${path}'`);
  expect(cannotWrite(path, `${path}.lock`, Object.assign(busy, { code: 'EBUSY', path }))).toMatchObject({
    message:
      'the registry cannot be written: it is mounted as a single file, which cannot be replaced: mount its folder instead',
    where: path,
  });
});
