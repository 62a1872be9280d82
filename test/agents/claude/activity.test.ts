import { expect, test } from 'vitest';
import { activityOf } from '../../../src/agents/claude/activity.ts';
import { claudeLive, now } from '../../core/world.ts';

const since = now - 60_000;
const of = (fields: Parameters<typeof claudeLive>[2]) => activityOf(claudeLive(1001, 'id', fields));

test.each([
  ['permission prompt', 'permission prompt'],
  ['sandbox request', 'permission prompt'],
  ['worker request', 'permission prompt'],
  ['input needed', 'question'],
  ['goal proposal', 'permission prompt'],
  ['approve plan', 'plan approval'],
  ['approve Bash', 'permission prompt'],
  ['approve mcp__my-server__get', 'permission prompt'],
  ['approve ExitPlanMode', 'plan approval'],
  ['approve AskUserQuestion', 'question'],
  ['approve constructor', 'permission prompt'],
  ['a word of a later version', null],
  ['constructor', null],
  [null, null],
])("Claude's %j is our %j", (waitingFor, word) => {
  expect(of({ status: 'waiting', waitingFor, statusUpdatedAt: since })).toEqual({
    activity: 'waiting',
    waiting: { for: word, since },
    since,
  });
});

test('a dialog that the user opened asks for nothing', () => {
  const dialog = of({ status: 'waiting', waitingFor: 'dialog open', statusUpdatedAt: since });
  expect(dialog).toEqual({ activity: 'idle', waiting: null, since: null });
});

test.each([
  ['busy', 'working'],
  ['idle', 'idle'],
  ['shell', 'shell'],
  [null, null],
] as const)('nothing is waited for while the record says %j', (status, activity) => {
  expect(of({ status, waitingFor: 'permission prompt', statusUpdatedAt: since })).toEqual({
    activity,
    waiting: null,
    since: status === null ? null : since,
  });
});

test.each([
  ['when the status changed', { statusUpdatedAt: since, updatedAt: now }, since],
  ['an older version: when the record changed', { statusUpdatedAt: null, updatedAt: since }, since],
  ['no version says', { statusUpdatedAt: null }, null],
])('since when it waits: %s', (_, times, expected) => {
  expect(of({ status: 'waiting', updatedAt: null, ...times }).waiting).toEqual({ for: null, since: expected });
});

test('since when it idles is not known of an older version: the record may have changed since', () => {
  const idle = of({ status: 'idle', statusUpdatedAt: null, updatedAt: since });
  expect(idle).toEqual({ activity: 'idle', waiting: null, since: null });
});
