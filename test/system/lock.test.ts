import { existsSync, lstatSync, mkdirSync, readdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { sweepFolder, withLock } from '../../src/system/lock.ts';
import { scratchFolder } from '../observe/scratch.ts';

/** Lets no more time pass for the locks than the test says: a busy machine may stall. @returns what lets it pass; ms */
function ownClock(): (ms: number) => void {
  const began = Date.now();
  let passed = 0;
  vi.spyOn(Date, 'now').mockImplementation(() => began + passed);
  vi.spyOn(performance, 'now').mockImplementation(() => passed);
  return (ms) => void (passed += ms);
}

test('works one after the other under the lock of a path', async () => {
  ownClock();
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
  ownClock();
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
  await expect(withLock('/proc/version/state.json', () => 'done')).rejects.toMatchObject({ code: 'ENOTDIR' });
  await expect(withLock('/nowhere/state.json', () => 'done')).rejects.toMatchObject({ code: 'ENOENT' });
});

test.each([
  ['a file', 'ENOTDIR', (lock: string) => writeFileSync(lock, 'theirs')],
  ['a link that leads nowhere', 'ENOTDIR', (lock: string) => symlinkSync('/nowhere/lock', lock)],
  ['a link to a folder', 'ENOTDIR', (lock: string) => symlinkSync('/tmp', lock)],
  [
    'a folder that holds something',
    'ENOTEMPTY',
    (lock: string) => mkdirSync(join(lock, 'theirs'), { recursive: true }),
  ],
])('%s in the place of a lock is named and stays', async (_name, code, put) => {
  const pass = ownClock();
  const folder = scratchFolder();
  const lock = join(folder, 'state.json.lock');
  put(lock);
  const found = lstatSync(lock).ino;
  const passing = setInterval(() => pass(1_000), 5);
  onTestFinished(() => clearInterval(passing));
  await expect(withLock(join(folder, 'state.json'), () => 'done', { staleMs: 0 })).rejects.toMatchObject({
    code,
    path: lock,
    message: 'what stands there is no lock of this program',
  });
  expect([readdirSync(folder), lstatSync(lock).ino]).toEqual([['state.json.lock'], found]);
});

test('a signal breaks off the wait', async () => {
  const path = join(scratchFolder(), 'state.json');
  mkdirSync(`${path}.lock`);
  const stop = new AbortController();
  const waiting = withLock(path, () => 'done', { signal: stop.signal });
  stop.abort();
  await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
});

test('a host whose clock is ahead takes no lock that another host holds, only one that stays untouched', async () => {
  const path = join(scratchFolder(), 'state.json');
  mkdirSync(`${path}.lock`);
  const pass = ownClock();
  let at = Date.now() / 1_000 - 300;
  const touch = (): void => {
    at -= 1;
    utimesSync(`${path}.lock`, at, at);
  };
  touch();
  let isHeld = true;
  // Half a second for the locks each time.
  const passing = setInterval(() => {
    pass(500);
    if (isHeld) touch();
  }, 5);
  onTestFinished(() => clearInterval(passing));
  await expect(withLock(path, () => 'done', { waitMs: 3_500, isShared: true })).rejects.toMatchObject({ code: 3 });
  isHeld = false;
  expect(await withLock(path, () => 'done', { isShared: true })).toBe('done');
  mkdirSync(`${path}.lock`);
  touch();
  expect(await withLock(path, () => 'done', { waitMs: 0, isShared: false })).toBe('done');
});

test('the lock that a killed holder left is removed; one that may be held stays, and so does a file', async () => {
  ownClock();
  const folder = scratchFolder();
  const longAgo = Date.now() / 1_000 - 10;
  for (const name of ['left.json.lock', 'held.json.lock']) mkdirSync(join(folder, name));
  writeFileSync(join(folder, 'file.lock'), '');
  for (const name of ['left.json.lock', 'file.lock']) utimesSync(join(folder, name), longAgo, longAgo);
  await sweepFolder(join(folder, 'absent'));
  await sweepFolder(folder);
  expect(readdirSync(folder).toSorted()).toEqual(['file.lock', 'held.json.lock']);
});

test('a folder that holds something is no lock to be removed, and stays in its place', async () => {
  const folder = scratchFolder();
  const lock = join(folder, 'state.json.lock');
  mkdirSync(join(lock, 'theirs'), { recursive: true });
  utimesSync(lock, Date.now() / 1_000 - 10, Date.now() / 1_000 - 10);
  await sweepFolder(folder);
  expect(readdirSync(folder, { recursive: true })).toEqual(['state.json.lock', 'state.json.lock/theirs']);
});

test('a holder that was stopped for so long that another has the lock does not remove that one', async () => {
  const path = join(scratchFolder(), 'state.json');
  const lock = `${path}.lock`;
  await withLock(path, () => {
    // Another process took it as abandoned, and made its own.
    rmSync(lock, { recursive: true });
    mkdirSync(lock);
    utimesSync(lock, Date.now() / 1_000 + 5, Date.now() / 1_000 + 5);
  });
  expect(existsSync(lock)).toBe(true);
  rmSync(lock, { recursive: true });
  await withLock(path, () => expect(existsSync(lock)).toBe(true));
  expect(existsSync(lock)).toBe(false);
});
