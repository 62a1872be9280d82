import { expect, test } from 'vitest';
import { shownState, shownStateAlone } from '../../../src/core/words/shown-state.ts';

test.each([
  ['gone', 'terminated · job was running!', 'gone · job was running!'],
  ['gone', 'gone', 'gone'],
  ['terminated', 'terminated', 'terminated'],
  ['alive', 'terminated · still alive', 'terminated · still alive'],
  ['needs-you', 'needs you 12m: question · entry says terminated', 'needs you 12m: question · entry says terminated'],
] as const)('of the group %s people read of %s: %s', (group, state, words) => {
  expect(shownState({ group, state, snoozed: null }, String)).toBe(words);
});

test.each([
  ['needs you 12m: permission prompt · job done', 'needs you: permission prompt · job done'],
  ['needs you <1m: question', 'needs you: question'],
  ['needs you 2d', 'needs you'],
  ['needs you: plan', 'needs you: plan'],
])('where since when stands beside it, of %s people read %s', (state, words) => {
  expect(shownStateAlone({ group: 'needs-you', state, snoozed: null }, String)).toBe(words);
});

test('a waiting that is not told says so, and until when', () => {
  const waits = { group: 'needs-you', state: 'needs you 12m: plan' } as const;
  const clock = (ms: number) => new Date(ms).toISOString().slice(11, 16);
  const until = '2026-07-01T09:20:00.000Z';
  expect(shownStateAlone({ ...waits, snoozed: { until } }, clock)).toBe('needs you: plan · snoozed until 09:20');
  expect(shownState({ ...waits, snoozed: { until: null } }, clock)).toBe('needs you 12m: plan · snoozed');
  expect(shownState({ group: 'working', state: 'working', snoozed: { until } }, clock)).toBe('working');
});
