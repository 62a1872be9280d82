import { expect, test } from 'vitest';
import { entryId } from '../../../src/core/model/entry.ts';
import type { SessionState, StateLine } from '../../../src/core/model/state.ts';
import { timelines } from '../../../src/core/timeline/bands.ts';
import { unwatchedSpans } from '../../../src/core/timeline/unwatched.ts';

const working: SessionState = { liveness: 'alive', activity: 'working', waitingFor: null, id: null };
const waiting: SessionState = { ...working, activity: 'waiting', waitingFor: 'question' };
const gone: SessionState = { ...working, liveness: 'gone', activity: null };

const entryOf = (session: string) => entryId({ session, socket: null });
const state = (at: number, change: SessionState, session = 'shop'): StateLine => ({
  kind: 'state',
  at,
  entry: entryOf(session),
  session,
  workspace: 'lab',
  agent: 'claude',
  state: change,
  source: 'claude',
  reason: 'Claude says so',
});
const began = (at: number): StateLine => ({ kind: 'watch-began', at, host: 'lab1' });
const ended = (at: number): StateLine => ({ kind: 'watch-ended', at });
const removed = (at: number, session = 'shop'): StateLine => ({ kind: 'removed', at, entry: entryOf(session) });

/** Returns the bands between 0 and 100, by session. */
function bandsOf(lines: readonly StateLine[], watchedUntil: number | null = 100, span = { from: 0, to: 100 }) {
  return Object.fromEntries(
    timelines(lines, span, watchedUntil).map(({ session, bands }) => [
      session,
      bands.map(({ from, to, what }) => `${from}-${to} ${what}`).join(', '),
    ]),
  );
}

test('each change begins a band; a wait whose reason changes stays one', () => {
  const lines = [
    began(10),
    state(10, working),
    state(20, waiting),
    state(25, { ...waiting, waitingFor: 'permission prompt' }),
    state(30, working),
  ];
  expect(bandsOf(lines)).toEqual({ shop: '10-20 working, 20-30 waiting, 30-100 working' });
});

test('time that no monitor watched is never filled, whatever comes before and after it', () => {
  const lines = [began(10), state(10, working), ended(20), began(50), state(50, working)];
  expect(bandsOf(lines, 70)).toEqual({ shop: '10-20 working, 20-50 unwatched, 50-70 working, 70-100 unwatched' });
});

test('a watch that begins as the former one ends leaves no gap', () => {
  const lines = [began(10), state(10, working), ended(20), began(20), state(20, working)];
  expect(bandsOf(lines)).toEqual({ shop: '10-100 working' });
});

test('a dead session stays gone in the next watch without a line, and lives again with one', () => {
  const lines = [began(10), state(10, gone), ended(20), began(50), state(60, working)];
  expect(bandsOf(lines)).toEqual({ shop: '10-20 gone, 20-50 unwatched, 50-60 gone, 60-100 working' });
});

test('an entry that was taken out has no bands until it is back', () => {
  const lines = [began(10), state(10, working), removed(20), ended(30), began(40), state(50, working)];
  expect(bandsOf(lines)).toEqual({ shop: '10-20 working, 50-100 working' });
  expect(bandsOf([began(10), state(10, working), removed(20)], 100, { from: 30, to: 100 })).toEqual({});
});

test('lines from before the span count from its begin on', () => {
  const lines = [state(5, gone, 'blog'), began(10), state(10, working)];
  expect(bandsOf(lines, 100, { from: 40, to: 60 })).toEqual({ shop: '40-60 working', blog: '40-60 gone' });
});

test('alive without a known activity, and unknown', () => {
  const lines = [began(0), state(0, { ...working, activity: null }), state(10, { ...gone, liveness: 'unknown' })];
  expect(bandsOf(lines)).toEqual({ shop: '0-10 alive, 10-100 unknown' });
});

test('a watch whose end was lost ends with its last change', () => {
  const lines = [state(10, working), state(10, gone, 'blog'), state(20, waiting), began(50), state(50, working)];
  expect(bandsOf(lines)).toEqual({
    shop: '10-20 working, 20-50 unwatched, 50-100 working',
    blog: '10-20 gone, 20-50 unwatched, 50-100 gone',
  });
});

test('what a clock that was ahead wrote is cut where the next watch begins', () => {
  const ahead = [began(10), state(10, working), state(900, waiting), ended(950)];
  const lines = [...ahead, began(50), state(50, working), state(70, waiting)];
  expect(bandsOf(lines)).toEqual({ shop: '10-70 working, 70-100 waiting' });
  expect(unwatchedSpans(lines, { from: 0, to: 100 }, 90)).toEqual([
    { from: 0, to: 10 },
    { from: 90, to: 100 },
  ]);
});

test('a clock that was set back makes no band of negative length', () => {
  expect(bandsOf([began(40), state(40, working), state(20, waiting)])).toEqual({ shop: '40-100 waiting' });
});
