import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { makeCountedNotice } from '../../src/mqtt/counted-notice.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('what comes within a second is one line; after a line there is none for a minute', () => {
  const lines: string[] = [];
  const { add } = makeCountedNotice(
    (line) => lines.push(line),
    (count) => `dropped ${count}`,
  );
  add('odd');
  vi.advanceTimersByTime(999);
  add('odd');
  add('long');
  expect(lines).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(lines).toEqual(['dropped 3 messages (2 odd, 1 long)']);
  add('odd');
  vi.advanceTimersByTime(59_999);
  expect(lines).toHaveLength(1);
  vi.advanceTimersByTime(1);
  expect(lines.slice(1)).toEqual(['dropped 1 message (1 odd)']);
  vi.advanceTimersByTime(60_000);
  add('late');
  vi.advanceTimersByTime(1_000);
  expect(lines.slice(2)).toEqual(['dropped 1 message (1 late)']);
});

test('its end tells what is not told yet, once', () => {
  const lines: string[] = [];
  const { add, flush } = makeCountedNotice(
    (line) => lines.push(line),
    (count) => count,
  );
  add('odd');
  flush();
  flush();
  vi.advanceTimersByTime(60_000);
  expect(lines).toEqual(['1 message (1 odd)']);
});
