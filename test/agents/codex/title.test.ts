import { expect, test } from 'vitest';
import { activityByTitle } from '../../../src/agents/codex/title.ts';

const idle = { activity: 'idle', waiting: null, since: null };
const working = { activity: 'working', waiting: null, since: null };
const waiting = { activity: 'waiting', waiting: { for: null, since: null }, since: null };

test.each([
  ['work', idle],
  ['fix the build | work', idle],
  ['⠧ work', working],
  ['⠧ fix the build | work', working],
  ['[ . ] Action Required | fix the build | work', waiting],
  ['[ ! ] Action Required', waiting],
  // Another program's, or the user's own.
  ['lab1', null],
  ['homework', null],
  ['fix | somewhere else', null],
  ['', null],
])('what a Codex does whose pane is called %j', (title, activity) => {
  expect(activityByTitle(title, '/home/me/work')).toEqual(activity);
});

test('nothing where it is not known in which folder it works', () => {
  expect(activityByTitle('work', null)).toBeNull();
  expect(activityByTitle('', '/')).toBeNull();
});
