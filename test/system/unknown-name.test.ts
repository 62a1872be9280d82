import { expect, test } from 'vitest';
import { unknownName } from '../../src/system/unknown-name.ts';

const names = ['shop-creator-claude', 'shop-creator-agy', 'blog-creator-claude', 'blog-api-creator-claude', '店舗'];

test.each([
  ['a slip', 'shop-creator-cluade', 'shop-creator-claude'],
  ['other case and blanks', ' Blog-Creator-Claude ', 'blog-creator-claude'],
  ['its beginning', 'shop', 'shop-creator-agy or shop-creator-claude'],
  ['a part of it', 'api', 'blog-api-creator-claude'],
  ['more than it', 'shop-creator-agy:0.1', 'shop-creator-agy'],
  ['several: the nearest three', 'creator', 'shop-creator-agy or shop-creator-claude or blog-creator-claude'],
])('names what may have been meant: %s', (_, name, meant) => {
  expect(unknownName('session', name, names, 'list them').cure).toBe(`did you mean ${meant}? list them`);
});

test.each([['nobody'], [''], ['x'.repeat(100_000)]])('nothing is near: only the list', (name) => {
  expect(unknownName('session', name, names, 'list them')).toMatchObject({ code: 2, cure: 'list them' });
});

test('a pasted text is not repeated whole', () => {
  expect(unknownName('session', 'x'.repeat(100_000), names, 'list them').message.length).toBeLessThan(300);
});

test('no control character of a name gets through', () => {
  const { message, cure } = unknownName('session', 'a\u001bb', ['a\u001bbc'], 'list them');
  expect([message, cure]).toEqual(['there is no session a\\x1bb', 'did you mean a\\x1bbc? list them']);
});
