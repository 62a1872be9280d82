import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { makeHintFold } from '../../src/watch/debounce.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const pass = (ms: number) => void vi.advanceTimersByTime(ms);

test('the hints of one event are one look, a moment later', () => {
  const fold = makeHintFold();
  fold.hint();
  pass(5);
  fold.hint();
  expect(fold.isDue()).toBe(false);
  pass(10);
  expect(fold.isDue()).toBe(true);
  fold.begin();
  expect(fold.isDue()).toBe(false);
});

test('a hint that comes while one looks is one more look', () => {
  const fold = makeHintFold();
  fold.hint();
  fold.begin();
  fold.hint();
  fold.hint();
  pass(40);
  fold.end(1);
  expect(fold.isDue()).toBe(true);
  fold.begin();
  fold.end(0);
  expect(fold.isDue()).toBe(false);
});

/**
 * Hints all the time, with passes of 10 ms that find so many changes.
 * @returns the number of passes in so many ms
 */
function storm(fold: ReturnType<typeof makeHintFold>, ms: number, changes: number): number {
  let looks = 0;
  for (let spent = 0; spent < ms; spent += 10) {
    fold.hint();
    if (fold.isDue()) {
      looks += 1;
      fold.begin();
      fold.end(changes);
    }
    pass(10);
  }
  return looks;
}

test('looks that find nothing leave growing pauses, up to a second', () => {
  const fold = makeHintFold();
  expect(storm(fold, 3_000, 0)).toBeLessThanOrEqual(6);
  expect(storm(fold, 10_000, 0)).toBeLessThanOrEqual(10);
});

test('what is found, and quiet, end the pauses', () => {
  const fold = makeHintFold();
  storm(fold, 5_000, 0);
  expect(storm(fold, 2_000, 1)).toBeGreaterThan(40);
  storm(fold, 5_000, 0);
  fold.begin();
  fold.end(0);
  pass(5_000);
  fold.hint();
  pass(15);
  expect(fold.isDue()).toBe(true);
});

test('a look that found many is followed by half a second in which the rest may happen', () => {
  const fold = makeHintFold();
  fold.hint();
  fold.begin();
  fold.hint();
  fold.end(7);
  pass(490);
  expect(fold.isDue()).toBe(false);
  pass(10);
  expect(fold.isDue()).toBe(true);
});

test('a rest ends with its time, with a due hint, by being woken, also beforehand, and by the signal', async () => {
  const fold = makeHintFold();
  const abort = new AbortController();
  const began = performance.now();
  const rested = async (ms: number, then: () => void): Promise<number> => {
    const from = performance.now();
    const rest = fold.rest(ms, abort.signal);
    then();
    await vi.runAllTimersAsync();
    await rest;
    return performance.now() - from;
  };
  expect(await rested(1_000, () => undefined)).toBe(1_000);
  expect(await rested(0, () => undefined), 'never at once: nobody may spin').toBe(50);
  expect(await rested(1_000, fold.hint)).toBe(15);
  fold.begin();
  fold.end(1);
  expect(await rested(1_000, fold.wake)).toBe(0);
  fold.wake();
  expect(await rested(1_000, () => undefined)).toBe(0);
  expect(await rested(1_000, () => abort.abort())).toBe(0);
  expect(performance.now() - began).toBe(1_065);
});
