import { expect, test, vi } from 'vitest';
import { FakeBoard } from '../../board/fake-board.ts';
import { BoardError } from '../../../src/errors.ts';
import { served } from '../fake-server.ts';

test('says that monitoring is alive, or the words that were given', async () => {
  const { call } = served();
  expect(await call('heartbeat')).toMatch(/^alive, 0 drifts detected, last at never/);
  await call('reconcile');
  expect(await call('heartbeat')).toMatch(/^alive, 0 drifts detected, last at never · last pass 2026-07-01T09:00:30Z/);
  expect(await call('heartbeat', { note: 'waiting for the user \u001b' })).toBe('waiting for the user \\x1b');
});

test('says why the board did not take it', async () => {
  const board = new FakeBoard();
  vi.spyOn(board, 'heartbeat').mockRejectedValue(new BoardError('the card is not running', { cure: 'claim it' }));
  const { call } = served({ board });
  expect(await call('heartbeat', { note: 'all is well' })).toBe(
    'the board did not take this heartbeat: the card is not running\nall is well',
  );
});
