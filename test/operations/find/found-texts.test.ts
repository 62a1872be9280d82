import { expect, test } from 'vitest';
import { FoundTexts } from '../../../src/operations/find/found-texts.ts';
import { makeMatcher } from '../../../src/operations/find/matcher.ts';

const now = Date.parse('2026-07-01T09:00:30.000Z');

test.each([
  ['of an hour ago', now - 3_600_000, now - 3_600_000],
  ['of a day to come', now + 86_400_000, null],
  ['of 1970', 0, null],
])('a prompt %s', (_, said, at) => {
  const found = new FoundTexts(makeMatcher('checkout'), now);
  found.add('claude', 'a', { kind: 'prompt', text: 'mend the checkout', at: said });
  expect(found.matching()).toMatchObject([{ at, matches: [{ text: 'mend the checkout', at }] }]);
});
