import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Debounce } from '../../src/watch/debounce.ts';
import { loop, type LoopPorts } from '../../src/watch/loop.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Starts a loop whose passes take 50 ms, and returns what it did when, in ms from its start. */
function started(ports: Partial<LoopPorts<null>> = {}) {
  const began = Date.now();
  const did: string[] = [];
  const note = (what: string) => void did.push(`${Date.now() - began} ${what}`);
  const abort = new AbortController();
  const debounce = new Debounce();
  let running = 0;
  let most = 0;
  const turns = loop(
    {
      pass: async () => {
        note('pass');
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setTimeout(resolve, 50));
        running -= 1;
        return null;
      },
      changesIn: () => 0,
      nextAt: (passedAt) => passedAt + 30_000,
      debounce,
      now: Date.now,
      ...ports,
    },
    abort.signal,
  );
  const ended = (async () => {
    for await (const turn of turns) note(turn.kind === 'failed' ? turn.error.message : turn.kind);
    note('end');
  })();
  return {
    debounce,
    did,
    most: () => most,
    async end() {
      abort.abort();
      await vi.advanceTimersByTimeAsync(100);
      await ended;
    },
  };
}

test('without a hint: a pass every interval', async () => {
  const { did, end } = started();
  await vi.advanceTimersByTimeAsync(65_000);
  expect(did).toEqual(['0 pass', '50 passed', '30050 pass', '30100 passed', '60100 pass', '60150 passed']);
  await end();
});

test('a clock that is set back by hours keeps no pass waiting', async () => {
  let ahead = 0;
  const { did, end } = started({ now: () => Date.now() + ahead });
  await vi.advanceTimersByTimeAsync(1_000);
  ahead = -3 * 3_600_000;
  await vi.advanceTimersByTimeAsync(64_000);
  expect(did).toEqual(['0 pass', '50 passed', '30050 pass', '30100 passed', '60100 pass', '60150 passed']);
  await end();
});

test('a clock that is set back a little keeps no pass waiting', async () => {
  let ahead = 0;
  const { did, end } = started({ now: () => Date.now() + ahead });
  await vi.advanceTimersByTimeAsync(29_000);
  ahead = -20_000;
  await vi.advanceTimersByTimeAsync(36_000);
  expect(did).toEqual(['0 pass', '50 passed', '30050 pass', '30100 passed', '60100 pass', '60150 passed']);
  await end();
});

test('a hint is a pass at once; what comes about beside the passes is a turn without one', async () => {
  const { debounce, did, end } = started();
  await vi.advanceTimersByTimeAsync(10_000);
  debounce.hint();
  await vi.advanceTimersByTimeAsync(1_000);
  debounce.wake();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(did).toEqual(['0 pass', '50 passed', '10015 pass', '10065 passed', '11000 woken']);
  await end();
});

test('what is due beside the passes is a turn without one, in its time', async () => {
  let wakeAt = Date.now() + 5_000;
  const { did, end } = started({ wakeAt: () => (Date.now() < wakeAt ? wakeAt : (wakeAt = Infinity)) });
  await vi.advanceTimersByTimeAsync(20_000);
  expect(did).toEqual(['0 pass', '50 passed', '5000 woken']);
  await end();
});

test('when the next pass is due is asked after the last one, and again whenever something came about', async () => {
  let next = 20_000;
  const { debounce, did, end } = started({ nextAt: (passedAt) => passedAt + next });
  await vi.advanceTimersByTimeAsync(1_000);
  next = 5_000;
  debounce.wake();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(did).toEqual(['0 pass', '50 passed', '1000 woken', '5050 pass', '5100 passed']);
  await end();
});

test('however many hints there are: one pass at a time, and hardly more than one a second', async () => {
  const { debounce, did, most, end } = started();
  for (let spent = 0; spent < 60_000; spent += 7) {
    debounce.hint();
    await vi.advanceTimersByTimeAsync(7);
  }
  expect(most()).toBe(1);
  expect(did.filter((line) => line.endsWith('pass')).length).toBeLessThan(65);
  await end();
});

test('a pass that fails is a turn like any other, and hints do not make it spin', async () => {
  const { debounce, did, end } = started({ pass: () => Promise.reject(new Error('broken')) });
  for (let spent = 0; spent < 10_000; spent += 10) {
    debounce.hint();
    await vi.advanceTimersByTimeAsync(10);
  }
  const broken = did.filter((line) => line.endsWith('broken')).length;
  expect(broken).toBeGreaterThan(5);
  expect(broken).toBeLessThan(15);
  await end();
});

test('it begins and ends with a pass, however short its time is', async () => {
  const { did } = started({ until: Date.now() });
  await vi.advanceTimersByTimeAsync(100);
  expect(did).toEqual(['0 pass', '50 passed', '50 end']);
  const longer = started({ until: Date.now() + 40_000 });
  await vi.advanceTimersByTimeAsync(50_000);
  expect(longer.did).toEqual([
    '0 pass',
    '50 passed',
    '30050 pass',
    '30100 passed',
    '40000 pass',
    '40050 passed',
    '40050 end',
  ]);
});

test('a pass that the signal broke off did not fail', async () => {
  const { did, end } = started({
    pass: (signal) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
  });
  await vi.advanceTimersByTimeAsync(10);
  await end();
  expect(did).toEqual(['10 end']);
});
