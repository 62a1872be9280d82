import { expect, test } from 'vitest';
import { BoardError } from '../../../src/errors.ts';
import { FakeBoard } from '../../board/fake-board.ts';
import { ownCard, served } from '../fake-server.ts';
import { never } from '../../never.ts';

test('blocks the card at a stop comment, says when the user asked, and says it again from then on', async () => {
  const { call, board } = served();
  expect(await call('block_on_stop')).toBe('monitoring is still wanted');
  await board.comment(ownCard, 'please stop monitoring', never);
  const over = await call('block_on_stop');
  expect(over).toMatch(/^stopped: stop-requested by user at \S+Z: no drift was found in this run\.$/);
  expect(await call('block_on_stop')).toBe(over);
  expect(await board.show(ownCard, never)).toMatchObject({
    status: 'blocked',
    blockReason: expect.stringMatching(/^stop-requested by user at \S+Z$/),
  });
});

test('a comment that only speaks of stopping goes on', async () => {
  const { call, board } = served();
  await call('block_on_stop');
  await board.comment(ownCard, "don't stop monitoring", never);
  expect(await call('block_on_stop')).toBe('monitoring is still wanted');
});

test('a board that does not answer is said; nothing is over', async () => {
  const board = new FakeBoard();
  const { call } = served({ board });
  await call('block_on_stop');
  board.show = () => Promise.reject(new BoardError('no answer in 30 s', { cure: 'wait' }));
  expect(await call('block_on_stop')).toBe('the board did not answer: no answer in 30 s');
});
