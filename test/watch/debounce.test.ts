import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Debounce } from '../../src/watch/debounce.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const pass = (ms: number) => void vi.advanceTimersByTime(ms);

test('the hints of one event are one look, a moment later', () => {
  const debounce = new Debounce();
  debounce.hint();
  pass(5);
  debounce.hint();
  expect(debounce.isDue).toBe(false);
  pass(10);
  expect(debounce.isDue).toBe(true);
  debounce.begin();
  expect(debounce.isDue).toBe(false);
});

test('a hint that comes while one looks is one more look', () => {
  const debounce = new Debounce();
  debounce.hint();
  debounce.begin();
  debounce.hint();
  debounce.hint();
  pass(40);
  debounce.end(1);
  expect(debounce.isDue).toBe(true);
  debounce.begin();
  debounce.end(0);
  expect(debounce.isDue).toBe(false);
});

/**
 * Hints all the time, with passes of 10 ms that find so many changes.
 * @returns the number of passes in so many ms
 */
function storm(debounce: Debounce, ms: number, changes: number): number {
  let looks = 0;
  for (let spent = 0; spent < ms; spent += 10) {
    debounce.hint();
    if (debounce.isDue) {
      looks += 1;
      debounce.begin();
      debounce.end(changes);
    }
    pass(10);
  }
  return looks;
}

test('looks that find nothing leave growing pauses, up to a second', () => {
  const debounce = new Debounce();
  expect(storm(debounce, 3_000, 0)).toBeLessThanOrEqual(6);
  expect(storm(debounce, 10_000, 0)).toBeLessThanOrEqual(10);
});

test('an urgent hint waits for the first pause alone', () => {
  const debounce = new Debounce();
  storm(debounce, 5_000, 0);
  debounce.hint();
  debounce.begin();
  debounce.end(0);
  debounce.hint();
  pass(100);
  expect(debounce.isDue).toBe(false);
  debounce.hint('urgent');
  expect(debounce.isDue).toBe(true);
  debounce.begin();
  debounce.end(0);
  debounce.hint();
  pass(100);
  expect(debounce.isDue, 'the next one is a hint like any other').toBe(false);
});

test('what is found, and quiet, end the pauses', () => {
  const debounce = new Debounce();
  storm(debounce, 5_000, 0);
  expect(storm(debounce, 2_000, 1)).toBeGreaterThan(40);
  storm(debounce, 5_000, 0);
  debounce.begin();
  debounce.end(0);
  pass(5_000);
  debounce.hint();
  pass(15);
  expect(debounce.isDue).toBe(true);
});

test('a look that found many is followed by half a second in which the rest may happen', () => {
  const debounce = new Debounce();
  debounce.hint();
  debounce.begin();
  debounce.hint();
  debounce.end(7);
  pass(490);
  expect(debounce.isDue).toBe(false);
  pass(10);
  expect(debounce.isDue).toBe(true);
});

test('a rest ends with its time, with a due hint, by being woken, also beforehand, and by the signal', async () => {
  const debounce = new Debounce();
  const abort = new AbortController();
  const began = performance.now();
  const rested = async (ms: number, then: () => void): Promise<number> => {
    const from = performance.now();
    const rest = debounce.rest(ms, abort.signal);
    then();
    await vi.runAllTimersAsync();
    await rest;
    return performance.now() - from;
  };
  expect(await rested(1_000, () => undefined)).toBe(1_000);
  expect(await rested(0, () => undefined), 'never at once: no loop may spin').toBe(50);
  expect(await rested(1_000, debounce.hint)).toBe(15);
  debounce.begin();
  debounce.end(1);
  expect(await rested(1_000, debounce.wake)).toBe(0);
  debounce.wake();
  expect(await rested(1_000, () => undefined)).toBe(0);
  expect(await rested(1_000, () => abort.abort())).toBe(0);
  expect(performance.now() - began).toBe(1_065);
});
