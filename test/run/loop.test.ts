import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { RegistryError } from '../../src/errors.ts';
import { makeLoop, type LoopPorts } from '../../src/run/loop.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A loop whose passes take 50 ms, and what it did when, in ms from its start. */
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
    isOver: () => {
      note('ask');
      return Promise.resolve(null);
    },
    heartbeat: () => Promise.resolve(note('heartbeat')),
    onTrouble: ({ message }) => note(message),
    now: Date.now,
    intervalMs: null,
    heartbeatMs: 300_000,
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

test('without a hint: a pass and a question every interval', async () => {
  const { did, end } = started();
  await vi.advanceTimersByTimeAsync(65_000);
  expect(did).toEqual(['0 pass', '50 ask', '30050 pass', '30100 ask', '60100 pass', '60150 ask']);
  expect(await end()).toBeNull();
});

test('a hint is a pass at once, and no question to the board; a word of the card is a question, and no pass', async () => {
  const { loop, did, end } = started();
  await vi.advanceTimersByTimeAsync(10_000);
  loop.hint();
  await vi.advanceTimersByTimeAsync(1_000);
  loop.cardHint();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(did).toEqual(['0 pass', '50 ask', '10015 pass', '11000 ask']);
  await end();
});

test('however many hints there are: one pass at a time, hardly more than one a second, and the board is still asked', async () => {
  const { loop, did, most, end } = started();
  for (let spent = 0; spent < 60_000; spent += 7) {
    loop.hint();
    await vi.advanceTimersByTimeAsync(7);
  }
  expect(most()).toBe(1);
  expect(did.filter((line) => line.endsWith('pass')).length).toBeLessThan(65);
  expect(did.filter((line) => line.endsWith('ask'))).toHaveLength(2);
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
