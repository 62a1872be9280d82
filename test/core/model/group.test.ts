import { expect, test } from 'vitest';
import { groupOf } from '../../../src/core/model/group.ts';

const now = Date.parse('2026-07-01T09:00:00Z');
const entry = { status: 'running', halfTyped: null, ignore: false, terminatedAt: null, terminationMode: null } as const;
const verdict = { liveness: 'alive', elsewhere: null, activity: 'working', outlives: false } as const;
const died = { ...entry, status: 'terminated', terminatedAt: now - 60_000, terminationMode: 'auto-detected' } as const;
const gone = { ...verdict, liveness: 'gone', activity: null } as const;
const lab2 = { host: 'lab2', hasNamesake: false };

test.each([
  ['needs-you', entry, { ...verdict, activity: 'waiting' }],
  ['working', entry, verdict],
  ['idle', entry, { ...verdict, activity: 'idle' }],
  ['shell', entry, { ...verdict, activity: 'shell' }],
  ['alive', entry, { ...verdict, activity: null }],
  ['exited', entry, { ...verdict, activity: 'exited' }],
  ['gone', entry, gone],
  ['unknown', entry, { ...gone, liveness: 'unknown' }],
  ['unknown', entry, null],
  ['elsewhere', entry, { ...gone, liveness: 'unknown', elsewhere: lab2 }],
  ['left-alone', { ...entry, ignore: true }, verdict],
  ['left-alone', { ...entry, status: null }, verdict],
  ['left-alone', { ...entry, halfTyped: 'null' }, null],
  ['terminated', { ...died, terminationMode: 'manual' }, gone],
  ['terminated', { ...died, terminatedAt: null }, gone],
  ['terminated', died, { ...gone, elsewhere: lab2 }],
  ['alive', died, { ...verdict, activity: 'waiting', outlives: true }],
  ['needs-you', died, { ...verdict, activity: 'waiting' }],
  ['working', { ...died, terminationMode: 'manual' }, verdict],
  ['exited', died, { ...verdict, activity: 'exited' }],
] as const)('%s: %j, %j', (group, of, seen) => {
  expect(groupOf(of, seen, now)).toBe(group);
});

test('a death that a monitor found is news for a day', () => {
  expect(groupOf(died, gone, now)).toBe('gone');
  expect(groupOf(died, gone, now + 24 * 60 * 60_000)).toBe('terminated');
});
