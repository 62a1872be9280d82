import { expect, test, vi } from 'vitest';
import { takeCard, type TakeCard } from '../../src/watch/take-card.ts';
import { FakeBoard, workersWith } from '../board/fake-board.ts';
import { never as signal } from '../never.ts';

const holder = { pid: 1, host: 'elsewhere' };

/** Takes card `t_1` of that board, and returns what came of it in short. */
async function taken(board: FakeBoard, change: Partial<TakeCard> = {}) {
  const isOwnRun = () => Promise.resolve(false);
  const made = await takeCard({ board, card: 't_1', isOwnRun, others: 'refuse', now: Date.now, ...change }, signal);
  if (made.kind !== 'taken') return made;
  const { claimed, isAnothers, goesOn } = made;
  return { status: claimed.status, pid: claimed.run?.pid, isAnothers, goesOn };
}

const mine = { status: 'running', pid: process.pid, isAnothers: false, goesOn: false };

function boardWithWorkers(): FakeBoard {
  const board = new FakeBoard({ claimsAnyCard: false });
  board.create('t_1');
  return board;
}

test('on a board whose claim takes any card: made when missing, taken over, begun anew after its end', async () => {
  const board = new FakeBoard();
  expect(await taken(board)).toEqual(mine);
  expect(await taken(board)).toEqual({ ...mine, goesOn: true });
  await board.block('t_1', 'enough');
  expect(await taken(board)).toEqual(mine);
});

test('elsewhere a card that is missing is not made, and one whose run is over is left alone', async () => {
  const board = new FakeBoard({ claimsAnyCard: false });
  await expect(taken(board)).rejects.toThrow('there is no card t_1');
  board.create('t_1');
  expect(await taken(board)).toEqual(mine);
  await board.block('t_1', 'enough');
  expect(await taken(board)).toEqual({ kind: 'ended', reason: 'the card was blocked: enough' });
});

test('a claim is handed the card that was read before it, or that there was none', async () => {
  for (const claimsAnyCard of [true, false]) {
    const board = new FakeBoard({ claimsAnyCard });
    if (!claimsAnyCard) board.create('t_1');
    const before = claimsAnyCard ? null : await board.show('t_1');
    const claim = vi.spyOn(board, 'claim');
    expect(await taken(board)).toEqual(mine);
    expect(claim).toHaveBeenCalledExactlyOnceWith('t_1', expect.anything(), before, signal);
  }
});

test("another worker's run is refused, or joined without a claim; one's own goes on", async () => {
  const board = boardWithWorkers();
  await board.claim('t_1', holder);
  await expect(taken(board)).rejects.toThrow(/^card t_1 is worked by another process since /);
  expect(await taken(board, { others: 'join' })).toEqual({ ...mine, pid: 1, isAnothers: true, goesOn: true });
  expect(await taken(board, { isOwnRun: () => Promise.resolve(true) })).toEqual({ ...mine, pid: 1, goesOn: true });
});

test('a card in a status that we do not know is worked without a claim', async () => {
  const board = boardWithWorkers();
  const review = { ...(await board.show('t_1')), status: 'review' };
  board.show = () => Promise.resolve(review);
  board.claim = () => Promise.reject(new Error('must not be claimed'));
  expect(await taken(board)).toEqual({ status: 'review', pid: undefined, isAnothers: false, goesOn: false });
});

test('a card that waits for a worker of its own is not kept from it', async () => {
  const board = boardWithWorkers();
  board.workers = workersWith({ startFor: () => Promise.resolve(true) });
  await expect(taken(board, { others: 'join' })).rejects.toThrow('card t_1 waits for its own worker');
  expect(await taken(board, { others: 'join', isOwnRun: () => Promise.resolve(true) })).toEqual(mine);
});
