import { expect, onTestFinished, test, vi } from 'vitest';
import { CardQueue, type BoardSteps } from '../../src/watch/card-queue.ts';
import type { Wanted } from '../../src/watch/judge.ts';

const stop: Wanted = { kind: 'stopped', at: 1 };
const wanted: Wanted = { kind: 'wanted' };

function queued(change: Partial<BoardSteps> = {}) {
  const taken: string[] = [];
  const step = (name: string) => (): Promise<void> => {
    taken.push(name);
    return Promise.resolve();
  };
  const said: string[] = [];
  const clock = { now: 0 };
  const onStep = vi.fn();
  const steps: BoardSteps = {
    tell: step('tell'),
    isOver: async () => {
      await step('read')();
      return wanted;
    },
    heartbeat: step('beat'),
    readAgainAt: (readAt) => readAt + 300_000,
    claimAt: null,
    ...change,
  };
  const made = new CardQueue(steps, {
    now: () => clock.now,
    heartbeatMs: 100_000,
    signal: new AbortController().signal,
    onStep,
    onTrouble: ({ message }) => said.push(message),
  });
  return { queue: made, taken, clock, onStep, said };
}

test('a step that hangs keeps no pass waiting, and a step that waits behind it is asked once', async () => {
  let answer: () => void = () => undefined;
  const { queue, taken } = queued({ tell: () => new Promise((resolve) => (answer = resolve)) });
  for (let pass = 0; pass < 5; pass += 1) queue.passed();
  await Promise.resolve();
  expect(taken).toEqual([]);
  for (let pass = 0; pass < 5; pass += 1) queue.hint();
  answer();
  await expect.poll(() => taken).toEqual(['read']);
});

test('the card is read on a hint, and when its time has come; a heartbeat when it is due', async () => {
  const { queue, taken, clock } = queued();
  queue.passed();
  queue.passed();
  queue.beat();
  await queue.idle();
  expect(taken).toEqual(['tell', 'read']);
  clock.now = 100_000;
  queue.passed();
  queue.beat();
  queue.hint();
  await queue.idle();
  expect(taken.slice(2)).toEqual(['tell', 'beat', 'read']);
  clock.now = 400_000;
  queue.passed();
  await queue.idle();
  expect(taken.slice(5)).toEqual(['tell', 'read']);
});

test('a card without a claim is read when the claim is due, once, and after a refusal when the board was left alone', async () => {
  const { queue, taken, clock } = queued({ claimAt: 5_000 });
  expect(queue.wakeAt).toBe(5_000);
  queue.claim();
  await queue.idle();
  expect(taken).toEqual([]);
  clock.now = 5_000;
  queue.claim();
  expect(queue.wakeAt).toBe(100_000);
  await queue.idle();
  expect(queue.wakeAt).toBe(10_000);
  queue.claim();
  await queue.idle();
  expect(taken).toEqual(['read']);
});

test('a clock that is set back keeps neither the heartbeat nor the card waiting', async () => {
  const { queue, taken, clock } = queued();
  clock.now = 1_000_000;
  queue.passed();
  queue.beat();
  await queue.idle();
  const before = taken.length;
  clock.now = 0;
  queue.passed();
  queue.beat();
  await queue.idle();
  expect(taken.slice(before)).toEqual(['tell', 'read', 'beat']);
});

test('a clock that is set back a little makes no heartbeat late', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  onTestFinished(() => void vi.useRealTimers());
  const { queue, taken, clock } = queued();
  clock.now = 1_000_000;
  queue.beat();
  await queue.idle();
  clock.now += 90_000;
  vi.advanceTimersByTime(90_000);
  clock.now -= 80_000;
  expect(queue.beatAt - clock.now).toBe(10_000);
  vi.advanceTimersByTime(10_000);
  clock.now += 10_000;
  queue.beat();
  await queue.idle();
  expect(taken).toEqual(['beat', 'beat']);
});

test('once it is over nothing more is asked, until the end did not come about', async () => {
  const said: Wanted[] = [{ kind: 'unknown', reason: 'away' }, stop, wanted];
  const { queue, taken, onStep } = queued({ isOver: () => Promise.resolve(said.shift() ?? wanted) });
  queue.hint();
  await queue.idle();
  expect(queue.over).toBeNull();
  queue.hint();
  await queue.idle();
  expect(queue.over).toEqual(stop);
  queue.passed();
  await queue.idle();
  expect(taken).toEqual([]);
  queue.resume();
  await queue.idle();
  expect(queue.over).toBeNull();
  expect(onStep).toHaveBeenCalled();
});

test('a step that fails otherwise is said once a change, and taken again', async () => {
  const outcomes = [new Error('EISDIR'), new Error('EISDIR'), wanted, new Error('EISDIR'), stop];
  const { queue, said } = queued({
    isOver: () => {
      const outcome = outcomes.shift() ?? wanted;
      return outcome instanceof Error ? Promise.reject(outcome) : Promise.resolve(outcome);
    },
  });
  for (let count = 0; count < 5; count += 1) {
    queue.hint();
    await queue.idle();
  }
  expect(said).toEqual(['EISDIR', 'EISDIR']);
  expect(queue.over).toEqual(stop);
});

test('a board that does not answer is left alone for a while', async () => {
  const asked: number[] = [];
  const { queue, clock } = queued({
    isOver: () => {
      asked.push(clock.now);
      return Promise.resolve<Wanted>({ kind: 'unknown', reason: 'away' });
    },
    readAgainAt: () => 0,
  });
  for (clock.now = 0; clock.now < 12_000; clock.now += 1_000) {
    queue.passed();
    await queue.idle();
  }
  expect(asked).toEqual([0, 5_000, 10_000]);
});
