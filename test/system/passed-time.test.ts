import { expect, onTestFinished, test, vi } from 'vitest';
import { PassedTime } from '../../src/system/passed-time.ts';

test('neither a clock that is set back nor a sleep of the machine makes time stand', () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  onTestFinished(() => void vi.useRealTimers());
  let wall = 1_000_000;
  const passed = new PassedTime(() => wall);
  vi.advanceTimersByTime(5_000);
  wall += 5_000 - 3_600_000;
  expect(passed.ms).toBe(5_000);
  wall += 2 * 3_600_000;
  expect(passed.ms).toBe(3_605_000);
});
