import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withLock } from '../../src/system/lock.ts';
import { scratchFolder } from '../observe/scratch.ts';

test('works one after the other under the lock of a path', async () => {
  const path = join(scratchFolder(), 'state.json');
  let now = 0;
  let most = 0;
  const work = async (): Promise<void> => {
    most = Math.max(most, (now += 1));
    await new Promise((resolve) => void setImmediate(resolve));
    now -= 1;
  };
  await Promise.all(Array.from({ length: 5 }, () => withLock(path, work)));
  expect(most).toBe(1);
});

test('a lock that is kept for too long is told, and an abandoned one is taken', async () => {
  const path = join(scratchFolder(), 'state.json');
  mkdirSync(`${path}.lock`);
  await expect(withLock(path, () => 'done', { waitMs: 0 })).rejects.toMatchObject({
    code: 3,
    message: 'another process has kept the lock for too long; nothing was written',
    where: `${path}.lock`,
  });
  const waiting = withLock(path, () => 'done');
  rmSync(`${path}.lock`, { recursive: true });
  expect(await waiting).toBe('done');
});

// The kernel refuses root as well where the folder of the lock is a file.
test('a lock that cannot be made is given up at once', async () => {
  const began = performance.now();
  await expect(withLock('/proc/version/state.json', () => 'done')).rejects.toMatchObject({ code: 'ENOTDIR' });
  await expect(withLock('/nowhere/state.json', () => 'done')).rejects.toMatchObject({ code: 'ENOENT' });
  expect(performance.now() - began).toBeLessThan(1_000);
});

test('a signal breaks off the wait', async () => {
  const path = join(scratchFolder(), 'state.json');
  mkdirSync(`${path}.lock`);
  const stop = new AbortController();
  const waiting = withLock(path, () => 'done', { signal: stop.signal });
  stop.abort();
  await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
});
