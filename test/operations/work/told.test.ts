import { expect, test } from 'vitest';
import { answer } from '../../../src/operations/work/answer-lines.ts';

test('an answer has at most 4 KB in whole lines; the rest is a count, and the command that shows it', () => {
  const lines = Array.from({ length: 200 }, (_, index) => `session-${index}: tmux gone. Marked terminated.`);
  const text = answer(lines, 'asm history');
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(4096);
  const shown = text.split('\n');
  const last = shown.pop();
  expect(shown).toEqual(lines.slice(0, shown.length));
  expect(last).toBe(`… and ${200 - shown.length} more lines: asm history`);
  expect(answer(['one', 'two'], 'asm history')).toBe('one\ntwo');
});
