import { expect, test } from 'vitest';
import { signalJudge } from '../../src/cli/signals.ts';

test('the signals of one act stop in order, and one that comes later ends at once', () => {
  let now = 7;
  const judge = signalJudge(() => now);
  expect([judge(), judge()]).toEqual(['stop', 'same']);
  now += 499;
  expect(judge()).toBe('same');
  now += 1;
  expect([judge(), judge()]).toEqual(['end', 'end']);
});
