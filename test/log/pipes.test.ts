import { join } from 'node:path';
import { setImmediate as written } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Board } from '../../src/board/board.ts';
import { LocalBoard } from '../../src/board/local-board.ts';
import { emptyMemory } from '../../src/core/model/memory.ts';
import { FileMemoryStore } from '../../src/log/memory-store.ts';
import { FileLog } from '../../src/log/file-log.ts';
import { TurnBudget } from '../../src/operations/work/turn-budget.ts';
import { readRecord } from '../../src/hermes/setup/record.ts';
import { makeEntryCache } from '../../src/registry/entry-cache.ts';
import { takeFlock } from '../../src/system/flock.ts';
import { takeLease } from '../../src/watch/one-monitor.ts';
import { shortHash } from '../../src/system/hash.ts';
import { pipeAt, put, scratchFolder } from '../observe/scratch.ts';
import { never as signal } from '../never.ts';

/** A process that opens a pipe to read it waits for ever, so each of these would hang. */
test("a pipe in the place of one of the program's files holds no command up", async () => {
  const dir = scratchFolder();
  const notice = (): void => undefined;
  const log = new FileLog({ dir, registryPath: '/r', place: 'here', now: Date.now, warn: notice });
  put(join(dir, 'cursors/none'), '');
  pipeAt(join(dir, 'cursors/stdout.json'));
  expect(await log.cursor('stdout')).toBeNull();

  pipeAt(join(dir, '.state'));
  const looks = new FileMemoryStore({
    cacheDir: dir,
    registryPath: '/r',
    place: 'p',
    stateDir: dir,
    bootId: null,
    warn: notice,
  });
  expect(await looks.load()).toBe(emptyMemory);

  const cache = makeEntryCache(pipeAt(join(dir, 'entries.json')), []);
  expect(cache.load('hash')).toBeNull();
  cache.save('hash', { entries: [], blocks: null });
  await written();
  expect(makeEntryCache(join(dir, 'entries.json'), []).load('hash')).toEqual([]);

  pipeAt(join(dir, 'turn-card.json'));
  expect(new TurnBudget(dir, { card: 'card', run: null, callsInTurn: 9 }, null).isUsedUp()).toBe(false);

  put(join(dir, 'hermes/none'), '');
  pipeAt(join(dir, 'hermes', `${shortHash('/c')}.json`));
  expect(readRecord(dir, '/c').entry).toBeNull();

  pipeAt(join(dir, 'lease-here.json'));
  await (
    await takeLease({
      dir,
      card: 'card',
      board: { name: 'local', slug: null },
      config: { path: 'config.yaml', hash: null },
      place: 'here',
      host: 'here',
      now: Date.now,
    })
  ).release();

  const locked = await takeFlock(pipeAt(join(dir, 'registry.lock')), 0o600, { signal });
  if (locked.kind !== 'held') throw new Error('the lock was not to be had');
  await locked.release();
});

test('a pipe in the place of a card is said', async () => {
  const dir = scratchFolder();
  const board: Board = new LocalBoard({ dir, now: Date.now, author: 'tester' });
  pipeAt(join(dir, 'card.jsonl'));
  await expect(board.show('card', signal)).rejects.toMatchObject({ code: 5, where: join(dir, 'card.jsonl') });
});

test.each(['pipe', 'folder'])('a %s in the place of the log is not taken for a log without events', async (kind) => {
  const dir = scratchFolder();
  const path = join(dir, 'log.jsonl');
  if (kind === 'pipe') pipeAt(path);
  else put(join(path, 'x'), '');
  const log = new FileLog({ dir, registryPath: '/r', place: 'here', now: Date.now, warn: () => undefined });
  await expect(log.ledger()).rejects.toMatchObject({ code: 3, where: path });
  await expect(log.read()).rejects.toMatchObject({ code: 3, where: path });
});
