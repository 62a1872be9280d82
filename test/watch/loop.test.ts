import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { RegistryError } from '../../src/errors.ts';
import { makeLoop, nextPassAt, type LoopPorts } from '../../src/watch/loop.ts';
import { quietLane } from './fakes.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Starts a loop whose passes take 50 ms, and returns what it did when, in ms from its start. */
function started(ports: Partial<LoopPorts> = {}) {
  const began = Date.now();
  const did: string[] = [];
  const note = (what: string) => void did.push(`${Date.now() - began} ${what}`);
  const abort = new AbortController();
  let running = 0;
  let most = 0;
  const loop = makeLoop({
    pass: async () => {
      note('pass');
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setTimeout(resolve, 50));
      running -= 1;
      return { comeBackAt: null, crowded: false, changes: 0 };
    },
    lane: { ...quietLane, passed: () => note('told') },
    heldUntil: () => null,
    onTrouble: ({ message }) => note(message),
    now: Date.now,
    intervalMs: null,
    ...ports,
  });
  const ended = loop.run(abort.signal);
  return {
    loop,
    did,
    most: () => most,
    async end() {
      abort.abort();
      await vi.advanceTimersByTimeAsync(100);
      return ended;
    },
  };
}

test('without a hint: a pass every interval, of which the board is told', async () => {
  const { did, end } = started();
  await vi.advanceTimersByTimeAsync(65_000);
  expect(did).toEqual(['0 pass', '50 told', '30050 pass', '30100 told', '60100 pass', '60150 told']);
  expect(await end()).toBeNull();
});

test('a hint is a pass at once; what comes about beside the passes is none', async () => {
  const { loop, did, end } = started();
  await vi.advanceTimersByTimeAsync(10_000);
  loop.hint();
  await vi.advanceTimersByTimeAsync(1_000);
  loop.wake();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(did).toEqual(['0 pass', '50 told', '10015 pass', '10065 told']);
  await end();
});

test('what was held back is told after one more look, once its time has come', async () => {
  const held = Date.now() + 5_000;
  const { did, end } = started({ heldUntil: () => held });
  await vi.advanceTimersByTimeAsync(20_000);
  expect(did).toEqual(['0 pass', '50 told', '5000 pass', '5050 told']);
  await end();
});

test('however many hints there are: one pass at a time, and hardly more than one a second', async () => {
  const { loop, did, most, end } = started();
  for (let spent = 0; spent < 60_000; spent += 7) {
    loop.hint();
    await vi.advanceTimersByTimeAsync(7);
  }
  expect(most()).toBe(1);
  expect(did.filter((line) => line.endsWith('pass')).length).toBeLessThan(65);
  await end();
});

test('a registry that cannot be read is said, and hints do not make it spin', async () => {
  const pass = () => Promise.reject(new RegistryError('broken', { cure: 'mend it' }));
  const { loop, did, end } = started({ pass });
  for (let spent = 0; spent < 10_000; spent += 10) {
    loop.hint();
    await vi.advanceTimersByTimeAsync(10);
  }
  expect(did.filter((line) => line.endsWith('broken')).length).toBeLessThan(15);
  await end();
});

test('a crowded workspace is looked at every minute; an interval that was asked for wins', () => {
  const calm = { comeBackAt: null, crowded: false, changes: 0 };
  const next = (crowded: boolean, intervalMs: number | null) =>
    nextPassAt(1_000, { ...calm, crowded }, { intervalMs, heldUntil: () => null });
  expect([next(false, null), next(true, null), next(true, 5_000)]).toEqual([31_000, 61_000, 6_000]);
});
