import { expect, test } from 'vitest';
import { entryId } from '../../src/core/model/entry.ts';
import type { StateLine } from '../../src/core/model/state.ts';
import { timelines } from '../../src/core/timeline/bands.ts';
import type { ReadMark } from '../../src/log/read-on.ts';
import { Bands } from '../../src/page/bands.ts';

const hour = 3_600_000;
const day = 24 * hour;

const state = (at: number, activity: 'working' | 'idle' | null, session = 'shop'): StateLine => ({
  kind: 'state',
  at,
  entry: entryId({ session, socket: null }),
  session,
  workspace: 'lab',
  agent: 'claude',
  state: { liveness: activity === null ? 'gone' : 'alive', activity, waitingFor: null, id: null },
  source: 'claude',
  reason: 'Claude says so',
});
const began = (at: number): StateLine => ({ kind: 'watch-began', at, host: 'lab1' });
const ended = (at: number): StateLine => ({ kind: 'watch-ended', at });

/** A history that says how many lines were handed on in all. */
function aHistory(lines: readonly StateLine[]) {
  const history = {
    file: 1,
    lines: [...lines],
    handedOn: 0,
    readOn: async (mark: ReadMark | null, take: (more: readonly StateLine[]) => void): Promise<ReadMark | null> => {
      if (mark !== null && mark.inode !== history.file) return null;
      const more = history.lines.slice(mark?.offset ?? 0);
      history.handedOn += more.length;
      // Every line is a piece of its own.
      for (const line of more) take([line]);
      return { inode: history.file, offset: history.lines.length };
    },
    watchedUntil: () => Promise.resolve(null),
  };
  return history;
}

/** A fortnight of changes, with a watch that ends every night, and a session that died on the second day. */
const fortnight: readonly StateLine[] = [
  state(0, 'working', 'dead'),
  state(day, null, 'dead'),
  ...Array.from({ length: 14 }, (_, index): readonly StateLine[] => [
    began(index * day),
    state(index * day, 'working'),
    ...Array.from({ length: 12 }, (__, hours) =>
      state(index * day + hours * hour, hours % 2 === 0 ? 'working' : 'idle'),
    ),
    ended(index * day + 20 * hour),
  ]).flat(),
].toSorted((one, other) => one.at - other.at);

test('the history is read once, and then only what was appended', async () => {
  const history = aHistory(fortnight);
  const bands = new Bands(history);
  const span = { from: 7 * day, to: 14 * day };
  expect(await bands.between(span)).toEqual(timelines(fortnight, span, null));
  const more = [began(14 * day), state(14 * day, 'idle')];
  history.lines.push(...more);
  const later = { from: 14 * day - hour, to: 14 * day + hour };
  const [first, second] = await Promise.all([bands.between(later), bands.between(later)]);
  expect(first).toEqual(timelines([...fortnight, ...more], later, null));
  expect(second).toEqual(first);
  expect(history.handedOn).toBe(fortnight.length + more.length);
});

test('what is older than the page shows is forgotten, but not what is in force: a dead session stays dead', async () => {
  const history = aHistory(fortnight);
  const bands = new Bands(history);
  const span = { from: 13 * day, to: 14 * day };
  expect(await bands.between(span)).toEqual(timelines(fortnight, span, null));
  // What was forgotten is not there any more.
  const all = await bands.between({ from: 0, to: 14 * day });
  expect(all.map(({ session, bands: [first] }) => [session, (first?.from ?? 0) > 5 * day])).toEqual([
    ['dead', true],
    ['shop', true],
  ]);
});

test('of a session that is as it was for longer than the page shows, since when is still known', async () => {
  const history = aHistory(fortnight);
  const bands = new Bands(history);
  await bands.between({ from: 13 * day, to: 14 * day });
  const last = await bands.last(13 * day + 15 * hour);
  expect(last.map(({ session, bands: of }) => [session, of.at(-1)])).toEqual([
    ['dead', { from: 13 * day, to: 13 * day + 15 * hour, what: 'gone' }],
    ['shop', { from: 13 * day + 11 * hour, to: 13 * day + 15 * hour, what: 'idle' }],
  ]);
});

test('a history that was pruned is read anew', async () => {
  const history = aHistory(fortnight);
  const bands = new Bands(history);
  const span = { from: 12 * day, to: 14 * day };
  await bands.between(span);
  history.file = 2;
  history.lines = fortnight.filter(({ at }) => at >= 10 * day);
  expect(await bands.between(span)).toEqual(timelines(history.lines, span, null));
});
