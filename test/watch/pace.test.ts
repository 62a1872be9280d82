import { expect, test } from 'vitest';
import { Pace } from '../../src/watch/pace.ts';

test('looks less and less often while nothing changes, and often again after a change', () => {
  let at = 5_000;
  const pace = new Pace(() => at);
  expect(pace.restMs).toBe(2_000);
  at += 32_000;
  expect(pace.restMs).toBe(4_000);
  at += 600_000;
  expect(pace.restMs).toBe(15_000);
  pace.changed();
  expect(pace.restMs).toBe(2_000);
});
