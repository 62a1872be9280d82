import { expect, test } from 'vitest';
import { shownState, shownStateAlone } from '../../../src/core/words/shown-state.ts';

test.each([
  ['gone', 'terminated · job was running!', 'gone · job was running!'],
  ['gone', 'gone', 'gone'],
  ['terminated', 'terminated', 'terminated'],
  ['alive', 'terminated · still alive', 'terminated · still alive'],
  ['needs-you', 'needs you 12m: question · entry says terminated', 'needs you 12m: question · entry says terminated'],
] as const)('of the group %s people read of %s: %s', (group, state, words) => {
  expect(shownState({ group, state })).toBe(words);
});

test.each([
  ['needs you 12m: permission prompt · job done', 'needs you: permission prompt · job done'],
  ['needs you <1m: question', 'needs you: question'],
  ['needs you 2d', 'needs you'],
  ['needs you: plan', 'needs you: plan'],
])('where since when stands beside it, of %s people read %s', (state, words) => {
  expect(shownStateAlone({ group: 'needs-you', state })).toBe(words);
});
