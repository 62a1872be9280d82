import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { StateLine } from '../../../src/core/model/state.ts';
import { timelines } from '../../../src/core/timeline/bands.ts';
import { sessionTimes } from '../../../src/core/timeline/session-times.ts';
import { unwatchedSpans } from '../../../src/core/timeline/unwatched.ts';
import { propertyRuns } from '../property-runs.ts';
import { at, began, ended, hour, line, minute } from './lines.ts';

const night = { from: at(0), to: at(8) };

function timesOf(lines: readonly StateLine[], watchedUntil: number | null = at(8)) {
  return sessionTimes(timelines(lines, night, watchedUntil)).map(({ session, since, ms, waits, last }) => ({
    session,
    since,
    ms: Object.fromEntries(Object.entries(ms).filter(([, part]) => part > 0)),
    waits,
    last: last.what,
  }));
}

test('time is worked, waited and idled as the lines say, and unwatched where no monitor watched', () => {
  const lines = [
    began(at(-1)),
    line(at(-1), 'shop', 'working'),
    line(at(1), 'shop', 'waiting'),
    line(at(1, 30), 'shop', 'working'),
    line(at(2), 'shop', 'waiting'),
    ended(at(3)),
    began(at(4)),
    line(at(4), 'shop', 'waiting'),
    line(at(4, 10), 'shop', 'idle'),
    line(at(7), 'shop', 'gone'),
  ];
  expect(timesOf(lines)).toEqual([
    {
      session: 'shop',
      since: at(0),
      ms: { working: 90 * minute, waiting: 100 * minute, unwatched: hour, idle: 170 * minute, gone: hour },
      // The wait goes on after the gap: it counts once, and the hour of the gap does not count.
      waits: { count: 2, longestMs: 70 * minute },
      last: 'gone',
    },
  ]);
});

test('a session is known from its first line on, and no longer than the last sign of the monitor', () => {
  const lines = [began(at(2)), line(at(2), 'shop', 'working'), line(at(3), 'blog', 'alive')];
  expect(timesOf(lines, at(6))).toEqual([
    {
      session: 'shop',
      since: at(2),
      ms: { working: 4 * hour, unwatched: 2 * hour },
      waits: { count: 0, longestMs: 0 },
      last: 'unwatched',
    },
    {
      session: 'blog',
      since: at(3),
      ms: { alive: 3 * hour, unwatched: 2 * hour },
      waits: { count: 0, longestMs: 0 },
      last: 'unwatched',
    },
  ]);
});

test('the times without a monitor are those between the marks', () => {
  const marks = [began(at(-1)), ended(at(2)), began(at(3)), ended(at(5)), began(at(6))];
  expect(unwatchedSpans(marks, night, at(7))).toEqual([
    { from: at(2), to: at(3) },
    { from: at(5), to: at(6) },
    { from: at(7), to: at(8) },
  ]);
  expect(unwatchedSpans(marks, night, at(9))).toHaveLength(2);
  expect(unwatchedSpans([], night, null)).toEqual([night]);
  expect(unwatchedSpans([began(at(9))], night, at(10))).toEqual([night]);
});

const whats = ['working', 'idle', 'waiting', 'shell', 'exited', 'alive', 'gone', 'unknown'] as const;
const anyTime = fc.integer({ min: -24 * 60, max: 24 * 60 }).map((minutes) => at(0, minutes));
const anyState = fc
  .tuple(anyTime, fc.constantFrom('shop', 'blog', 'news'), fc.constantFrom(...whats))
  .map((of) => line(...of));
/** Lines in any order: a clock that was set back writes earlier times later. */
const anyLines = fc
  .array(fc.oneof({ arbitrary: anyState, weight: 4 }, anyTime.map(began), anyTime.map(ended)), { maxLength: 30 })
  .chain((lines) =>
    fc.boolean().map((isSorted) => (isSorted ? lines.toSorted((one, other) => one.at - other.at) : lines)),
  );
const anySpan = fc
  .tuple(anyTime, anyTime)
  .map(([one, other]) => ({ from: Math.min(one, other), to: Math.max(one, other) }));

test('the parts of a session sum up to the time since its first line, whatever the lines are', () => {
  fc.assert(
    fc.property(anyLines, anySpan, fc.option(anyTime), (lines, span, watchedUntil) => {
      for (const { session, since, ms } of sessionTimes(timelines(lines, span, watchedUntil))) {
        const first = lines.findIndex((one) => one.kind === 'state' && one.session === session);
        // The begin of a watch cuts what a clock that was ahead wrote before.
        const times = lines
          .slice(first)
          .flatMap(({ kind, at }, index) => (index === 0 || kind === 'watch-began' ? at : []));
        expect(since).toBe(Math.max(Math.min(...times), span.from));
        expect(Object.values(ms).every((part) => part >= 0)).toBe(true);
        expect(Object.values(ms).reduce((sum, part) => sum + part, 0)).toBe(span.to - since);
      }
    }),
    propertyRuns(100),
  );
});

test('the times without a monitor follow one another within the span, whatever the lines are', () => {
  fc.assert(
    fc.property(anyLines, anySpan, fc.option(anyTime), (lines, span, watchedUntil) => {
      const times = unwatchedSpans(lines, span, watchedUntil).flatMap(({ from, to }) => [from, to]);
      expect(times).toEqual([...new Set(times)].toSorted((one, other) => one - other));
      for (const time of times) expect(time >= span.from && time <= span.to).toBe(true);
    }),
    propertyRuns(100),
  );
});
