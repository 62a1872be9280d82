import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readStat } from '../../src/system/proc-files.ts';
import { asNobody } from '../observe/scratch.ts';
import { assertNotWatched, takeLease, watcherOf } from '../../src/watch/one-monitor.ts';

const config = { path: '/home/me/config.yaml', hash: null };

function stateFolder() {
  const dir = mkdtempSync(join(tmpdir(), 'asm-lease-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  const at = (place: string) => ({ dir, place, host: 'lab1' });
  /** Writes the lease of another living process. */
  const holds = (name: string, change: object = {}) => {
    const parent = { pid: process.ppid, start: readStat(process.ppid)?.start ?? '' };
    const lease = { ...parent, card: 'other', host: 'lab1', since: 0, ...change };
    writeFileSync(join(dir, name), JSON.stringify(lease));
  };
  return {
    at,
    holds,
    take: (place: string) =>
      takeLease({ ...at(place), card: 'mine', board: { name: 'local', slug: null }, config, now: () => 1 }),
  };
}

test('one living monitor a place: each place has its own', async () => {
  const { at, holds, take } = stateFolder();
  holds('lease-here.json');
  await expect(take('here')).rejects.toThrow(`pid ${process.ppid} already watches this registry`);
  await expect(assertNotWatched(at('here'))).rejects.toThrow('on card other');
  const lease = await take('there');
  const board = { name: 'local', slug: null };
  expect(watcherOf(at('there'))).toMatchObject({ pid: process.pid, since: 1, card: 'mine', board });
  expect(watcherOf(at('here')), 'an older version names no board').toMatchObject({ card: 'other' });
  await expect(assertNotWatched(at('there'))).rejects.toThrow('on card mine');
  await lease.release();
  await assertNotWatched(at('there'));
});

test('a dead holder is replaced at once', async () => {
  const { holds, take } = stateFolder();
  holds('lease-here.json', { start: 'long ago' });
  await (await take('here')).release();
});

test('a lease that cannot be removed does not fail the end: the next monitor finds its holder dead', async () => {
  const { at, take } = stateFolder();
  const lease = await take('here');
  rmSync(at('here').dir, { recursive: true });
  writeFileSync(at('here').dir, 'in the way');
  await lease.release();
});

test('a lease that this user may not read is no dead one: under sudo another user watches', async () => {
  const { at, holds, take } = stateFolder();
  holds('lease-here.json');
  chmodSync(at('here').dir, 0o777);
  chmodSync(join(at('here').dir, 'lease-here.json'), 0);
  const told = 'a monitor of another user may watch this registry: its lease cannot be read';
  await asNobody(() => expect(take('here')).rejects.toThrow(told));
  await asNobody(() => expect(assertNotWatched(at('here'))).rejects.toThrow(told));
});

test('a monitor of 0.1.0, whose lease knew no place, still watches on its host', async () => {
  const { holds, take } = stateFolder();
  holds('lease.json');
  await expect(take('here')).rejects.toThrow('already watches');
  holds('lease.json', { host: 'lab2' });
  await (await take('here')).release();
});

test('a lease whose file was removed is written again, unless another monitor has one by then', async () => {
  const { at, holds, take } = stateFolder();
  const lease = await take('here');
  await lease.keep();
  rmSync(at('here').dir, { recursive: true });
  await lease.keep();
  expect(watcherOf(at('here'))).toMatchObject({ pid: process.pid, since: 1 });
  holds('lease-here.json');
  await expect(lease.keep()).rejects.toThrow(`pid ${process.ppid} already watches this registry`);
  await lease.release();
  expect(watcherOf(at('here')), 'the lease of the other one stays').toMatchObject({ pid: process.ppid });
});
