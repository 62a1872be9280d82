import { expect, test } from 'vitest';
import type { Event, NewEvent } from '../../src/log/log.ts';
import { foundInRun } from '../../src/run/found.ts';
import { aDrift } from '../log/a-drift.ts';

const by = { pid: 1, start: '1' };
const drift = (id: string) => aDrift({ id, key: id });
const opened = (id: string): NewEvent => ({ kind: 'opened', drift: drift(id) });
const posting = (card: string, ...drifts: readonly string[]): NewEvent => ({
  kind: 'posting',
  card,
  bodyHash: 'h',
  cardPosition: 0,
  cursor: null,
  drifts,
});

/** One event a second, the first at second 1. */
function logOf(...events: readonly NewEvent[]): readonly Event[] {
  return events.map((event, position) => ({
    event: `e${position + 1}`,
    at: new Date((position + 1) * 1_000).toISOString(),
    position,
    ...event,
  }));
}

const run = { card: 'card', since: 4_000 };
const found = (...events: readonly NewEvent[]) => {
  const { drifts, lastAt } = foundInRun(logOf(...events), run);
  return [drifts.map(({ id }) => id), lastAt];
};

test('a run has found what was opened in it, and what its card was told of before', () => {
  const repair: NewEvent = {
    kind: 'intended',
    drifts: [drift('repaired')],
    edits: [],
    before: 'a',
    after: 'b',
    entryHashes: {},
    undo: [],
    by,
  };
  expect(
    found(
      opened('long-ago'),
      opened('told-elsewhere'),
      repair,
      { kind: 'applied', of: 'e3' },
      posting('other', 'told-elsewhere'),
      posting('card', 'long-ago', 'repaired'),
      opened('in-it'),
    ),
  ).toEqual([['long-ago', 'repaired', 'in-it'], 7_000]);
  expect(found(opened('long-ago'), opened('before'), posting('card', 'long-ago'))).toEqual([[], null]);
});

test("a death that was somebody else's counts where the card had been told", () => {
  const his = (id: string): NewEvent => ({ kind: 'resolved', id, because: 'human', message: null });
  const before = [opened('a'), opened('b'), opened('c')];
  expect(
    found(...before, opened('silent'), opened('told'), posting('card', 'told'), his('silent'), his('told')),
  ).toEqual([['told'], 5_000]);
});
