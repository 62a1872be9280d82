import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WatchedError } from '../../../src/errors.ts';
import { checkMonitor } from '../../../src/operations/doctor/check-monitor.ts';
import { TroubleFile } from '../../../src/system/trouble-file.ts';
import { Followers, followersTrouble } from '../../../src/watch/followers.ts';
import type { Context } from '../../../src/operations/context.ts';
import { fakeContext } from '../fake-context.ts';

const since = Date.parse('2026-07-01T08:00:00Z');
let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'asm-doctor-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const watched = () => Promise.reject(new WatchedError('pid 12 already watches', { cure: 'look' }));

function found(change: Partial<Pick<Context, 'assertNotWatched' | 'watcher' | 'settings'>> = {}) {
  return checkMonitor({ ...fakeContext({}).context, registryStateDir: folder, ...change });
}

test('says what the monitor that runs cannot do beside its passes, until it can', async () => {
  const troubles = new TroubleFile(folder, 'monitor', () => since);
  const writer = { trouble: null as string | null, passed: () => undefined, beat: () => undefined };
  const all = new Followers([{ ...writer, close: () => Promise.resolve() }], (trouble) =>
    troubles.keep(followersTrouble, trouble),
  );
  all.beat();
  expect(await found({ assertNotWatched: watched })).toEqual([]);

  const failing = new Followers(
    [
      {
        ...writer,
        trouble: 'the state history could not be written: EACCES \u001b[31m',
        close: () => Promise.resolve(),
      },
    ],
    (trouble) => troubles.keep(followersTrouble, trouble),
  );
  failing.beat();
  expect(await found({ assertNotWatched: watched })).toEqual([
    {
      id: 'monitor',
      ok: false,
      message:
        'the monitor that runs has trouble since 2026-07-01T08:00:00Z: the state history could not be written: EACCES \\x1b[31m',
      cure: `make its files in ${folder} writable, or make room on the disk; it then goes on by itself`,
    },
  ]);
  // It was killed: what it left says nothing of now.
  expect(await found()).toEqual([]);
  await failing.close();
  expect(await found({ assertNotWatched: watched })).toEqual([]);
});

test('says that the config was changed since the monitor read it', async () => {
  const board = { name: 'local', slug: null };
  const said = (
    config: { readonly path: string; readonly hash: string | null } | undefined,
    settings = fakeContext({}).context.settings,
  ) =>
    found({
      assertNotWatched: watched,
      settings,
      watcher: () => Promise.resolve({ pid: 12, since, board, card: 'mine', config }),
    });
  expect(await said({ path: '/home/me/config.yaml', hash: 'former' })).toEqual([
    {
      id: 'monitor',
      ok: false,
      message: '/home/me/config.yaml was changed: the monitor that runs since 2026-07-01T08:00:00Z does not know it',
      cure: 'end process 12 and start the monitor again: it goes on with its card',
    },
  ]);
  expect(await said({ path: '/home/me/config.yaml', hash: null }), 'the same').toEqual([]);
  expect(await said({ path: '/elsewhere.yaml', hash: 'other' }), 'another config').toEqual([]);
  expect(await said(undefined), 'an older version').toEqual([]);
  const settings = { ...fakeContext({}).context.settings, configText: { path: '/dev/fd/63', hash: 'mine' } };
  expect(await said({ path: '/dev/fd/63', hash: 'other' }, settings), 'a pipe of each process').toEqual([]);
});

test('names a lease that may not be read', async () => {
  const cause = Object.assign(new Error('EACCES'), { code: 'EACCES' });
  const options = { where: '/state/lease.json', cure: 'end that monitor as its user', cause };
  const assertNotWatched = () => Promise.reject(new WatchedError('its lease cannot be read', options));
  expect(await found({ assertNotWatched })).toEqual([
    {
      id: 'monitor',
      ok: false,
      message: 'its lease cannot be read: /state/lease.json',
      cure: 'end that monitor as its user',
    },
  ]);
});
