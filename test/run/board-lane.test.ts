import { expect, test, vi } from 'vitest';
import { makeBoardLane, type BoardSteps, type Wanted } from '../../src/run/board-lane.ts';

const stop: Wanted = { kind: 'stopped', at: 1 };
const wanted: Wanted = { kind: 'wanted' };

function lane(change: Partial<BoardSteps> = {}) {
  const taken: string[] = [];
  const step = (name: string) => (): Promise<void> => {
    taken.push(name);
    return Promise.resolve();
  };
  const clock = { now: 0 };
  const onStep = vi.fn();
  const steps: BoardSteps = {
    tell: step('tell'),
    isOver: async () => {
      await step('read')();
      return wanted;
    },
    heartbeat: step('beat'),
    readAgainAt: (readAt) => readAt + 300,
    ...change,
  };
  const made = makeBoardLane({
    steps,
    now: () => clock.now,
    heartbeatMs: 100,
    signal: new AbortController().signal,
    onStep,
  });
  return { lane: made, taken, clock, onStep };
}

test('a step that hangs keeps nobody waiting, and what waits behind it is asked once', async () => {
  let answer: () => void = () => undefined;
  const { lane: board, taken } = lane({ tell: () => new Promise((resolve) => (answer = resolve)) });
  for (let pass = 0; pass < 5; pass += 1) board.passed();
  await Promise.resolve();
  expect(taken).toEqual([]);
  for (let pass = 0; pass < 5; pass += 1) board.hint();
  answer();
  await vi.waitFor(() => expect(taken).toEqual(['read']));
});

test('the card is read on a hint, and when its time has come; a heartbeat when it is due', async () => {
  const { lane: board, taken, clock } = lane();
  board.passed();
  board.passed();
  board.beat();
  await board.idle();
  expect(taken).toEqual(['tell', 'read']);
  clock.now = 100;
  board.passed();
  board.beat();
  board.hint();
  await board.idle();
  expect(taken.slice(2)).toEqual(['tell', 'beat', 'read']);
  clock.now = 400;
  board.passed();
  await board.idle();
  expect(taken.slice(5)).toEqual(['tell', 'read']);
});

test('once it is over nothing more is asked, until the end did not come about; a defect is thrown', async () => {
  const said: Wanted[] = [{ kind: 'unknown', reason: 'away' }, stop, wanted];
  const { lane: board, taken, onStep } = lane({ isOver: () => Promise.resolve(said.shift() ?? wanted) });
  board.hint();
  await board.idle();
  expect(board.over()).toBeNull();
  board.hint();
  await board.idle();
  expect(board.over()).toEqual(stop);
  board.passed();
  await board.idle();
  expect(taken).toEqual([]);
  board.resume();
  await board.idle();
  expect(board.over()).toBeNull();
  expect(onStep).toHaveBeenCalled();
  const broken = lane({ isOver: () => Promise.reject(new Error('a defect')) }).lane;
  broken.hint();
  await broken.idle();
  expect(() => broken.over()).toThrow('a defect');
});
