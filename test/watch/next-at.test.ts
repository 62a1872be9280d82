import { expect, test } from 'vitest';
import { nextAt, type WhenNext } from '../../src/watch/next-at.ts';
import { anEntryMemory } from '../core/world.ts';
import { named } from '../named.ts';
import { entryOf, reportWith } from '../operations/fake-context.ts';

const minute = 60_000;

/** When the next pass is due after one that looked and ended at 1 s, in ms from there. */
function next(change: Partial<Omit<WhenNext, 'result'>> & { readonly result?: Result } = {}): number {
  const { result = {}, ...rest } = change;
  const when = { passedAt: 1_000, intervalMs: null, endsAt: null, heldUntil: null, ...rest };
  return nextAt({ ...when, result: result === null ? null : { ...calm, ...result } }) - 1_000;
}
type Result = Partial<NonNullable<WhenNext['result']>> | null;

const { plan, registry, input: asGiven } = reportWith({});
const input = { ...asGiven, now: 1_000 };
const calm: NonNullable<WhenNext['result']> = { deferred: [], plan, registry, input, edits: [], written: false };
const crowded = { registry: { ...registry, entries: [1, 2, 3, 4, 5].map((one) => entryOf(`s${one}`)) } };
const deferred = (until: number | null) => ({
  deferred: [{ entry: entryOf('s'), reason: 'entry changed 2 s ago', until }],
});

test('the interval; a crowded workspace is looked at every minute; an interval that was asked for wins', () => {
  expect([next(), next({ result: crowded }), next({ result: crowded, intervalMs: 5_000 })]).toEqual([
    minute / 2,
    minute,
    5_000,
  ]);
});

test('what the pass put off, or asked to look at again', () => {
  expect(next({ result: deferred(4_000) })).toBe(3_000);
  expect(next({ result: deferred(500) }), 'past').toBe(minute / 2);
  expect(next({ result: deferred(null) }), 'without a time').toBe(minute / 2);
  const lookAgain = { kind: 'settle', afterMs: 250, because: 'settle 1 session' } as const;
  expect(next({ result: { plan: { ...plan, lookAgain }, ...deferred(4_000) } })).toBe(250);
});

test('at once after a pass that registered a session: its state is not known before', () => {
  const edits = [{ op: 'register', entry: { session: 'a', socket: null }, fields: {} }] as const;
  expect(next({ result: { edits, written: true } })).toBeLessThan(100);
  expect(next({ result: { edits } }), 'not written').toBe(minute / 2);
  const others = [{ op: 'set', entry: edits[0].entry, path: ['status'], from: 'running', to: 'terminated' }] as const;
  expect(next({ result: { edits: others, written: true } })).toBe(minute / 2);
});

test('when an agent will have waited for so long that it is told', () => {
  const waiting = (waitingSince: number) => {
    const entries = { [named('a')]: { ...anEntryMemory('a'), waitingSince } };
    return { plan: { ...plan, nextMemory: { ...plan.nextMemory, entries } } };
  };
  const { afterMs } = input.settings.attention;
  expect(next({ result: waiting(4_000 - afterMs) })).toBe(3_000);
  expect(next({ result: waiting(1_000 - afterMs) }), 'it is told').toBe(minute / 2);
});

test('a second after a shell was seen in the place of an agent, once', () => {
  const left = (shellSince: number) => {
    const entries = { [named('a')]: { ...anEntryMemory('a'), shellSince } };
    return { plan: { ...plan, nextMemory: { ...plan.nextMemory, entries } } };
  };
  expect(next({ result: left(900) })).toBe(900);
  expect(next({ result: left(0) }), 'it was looked at then').toBe(minute / 2);
});

test('at once what came due while the pass ran: it was not due when the pass looked', () => {
  const entries = { [named('a')]: { ...anEntryMemory('a'), shellSince: 900 } };
  const result = { plan: { ...plan, nextMemory: { ...plan.nextMemory, entries } } };
  expect(next({ passedAt: 2_500, result })).toBe(900);
  expect(next({ passedAt: 2_500, result: deferred(1_001) })).toBe(1);
  expect(next({ passedAt: 2_500, result: {}, heldUntil: 2_400 })).toBe(1_400);
  expect(next({ passedAt: 2_500, result: deferred(1_000) }), 'the pass has looked at it').toBe(minute / 2 + 1_500);
});

test('a news that is held back is told after one more look, once its time has come', () => {
  expect(next({ heldUntil: 6_000 })).toBe(5_000);
  expect(next({ heldUntil: 900 }), 'this pass was the look').toBe(minute / 2);
  expect(next({ heldUntil: 6_000, result: null }), 'also after a pass that failed').toBe(5_000);
});

test('the end of the run; a board that does not take it is asked again soon', () => {
  expect(next({ endsAt: 8_000 })).toBe(7_000);
  expect(next({ endsAt: 1_000 })).toBe(5_000);
  expect(next({ endsAt: 1_000, intervalMs: 1_000 })).toBe(1_000);
});

test('after a pass that failed: the interval, or the end of the run if that comes first', () => {
  expect(next({ result: null })).toBe(minute / 2);
  expect(next({ result: null, endsAt: 8_000 })).toBe(7_000);
});

test('before the first pass: at once', () => {
  expect(next({ passedAt: -Infinity, heldUntil: 6_000, result: deferred(4_000) })).toBe(-Infinity);
});
