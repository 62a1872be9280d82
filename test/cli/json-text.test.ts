import { expect, test } from 'vitest';
import { jsonText } from '../../src/cli/json-text.ts';

test('no control character stands raw, and the value is the same', () => {
  const value = { title: 'a\u009b2Jb\u007f\u0085\u001b é' };
  const text = jsonText(value);
  expect(text).toBe(String.raw`{"title":"a\u009b2Jb\u007f\u0085\u001b é"}`);
  expect(JSON.parse(text)).toEqual(value);
});
