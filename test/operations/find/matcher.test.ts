import { expect, test } from 'vitest';
import { makeMatcher } from '../../../src/operations/find/matcher.ts';

test.each([
  ['checkout', 'Fix the CHECKOUT', 'Fix the CHECKOUT'],
  ['ünïcode', 'the ÜNÏCODE shop', 'the ÜNÏCODE shop'],
  ['Σίσυφος', 'ΣΊΣΥΦΟΣ', 'ΣΊΣΥΦΟΣ'],
  // A path as macOS writes it, and the words as they are typed.
  ['müll', 'Mu\u0308ll', 'Müll'],
  ['the   cart', ' look at the\n\tcart ', 'look at the cart'],
  ['a.b*(c', 'xa.b*(cx', 'xa.b*(cx'],
  ['a.b', 'axb', null],
  ['^|$', 'abc', null],
  ['cart', '', null],
])('%j in %j', (words, text, found) => {
  expect(makeMatcher(words).in(text)).toBe(found);
});

test('a long text is cut around the words, by characters', () => {
  const text = `${'🛒'.repeat(60)} cart ${'🛒'.repeat(200)}`;
  expect(makeMatcher('cart').in(text)).toBe(`…${'🛒'.repeat(29)} cart ${'🛒'.repeat(69)}…`);
});

test('the words are marked wherever they are', () => {
  expect(makeMatcher('cart').marked('Cart, cart', (words) => `[${words}]`)).toBe('[Cart], [cart]');
});
