import { expect, test } from 'vitest';
import { emptyFolding, fold, ledgerOf } from '../../src/log/fold.ts';
import type { DriftKindName } from '../../src/core/model/drift.ts';
import type { NewEvent } from '../../src/log/log.ts';
import { driftsOfRun } from '../../src/watch/run-drifts.ts';
import { aDrift } from '../log/a-drift.ts';
import { driftNamed, named } from '../named.ts';

const by = { pid: 1, start: '1' };
/** Makes a drift whose id is the name of its kind. */
const drift = (id: DriftKindName) => aDrift({ id, key: id, kind: id });
const opened = (id: DriftKindName): NewEvent => ({ kind: 'opened', drift: drift(id) });
const posting = (card: string, ...drifts: readonly string[]): NewEvent => ({
  kind: 'posting',
  card,
  bodyHash: 'h',
  cardPosition: 0,
  cursor: null,
  drifts: drifts.map(driftNamed),
});

const run = { card: 'card', since: 4_000 };

/** Counts the events, one a second, the first at second 1. */
function found(...events: readonly NewEvent[]) {
  const folding = emptyFolding();
  for (const [position, event] of events.entries()) {
    const at = new Date((position + 1) * 1_000).toISOString();
    fold(folding, { event: `e${position + 1}`, at, position, ...event });
  }
  const { kinds, lastAt } = driftsOfRun(ledgerOf(folding, 0), run);
  return [kinds, lastAt];
}

test('a run has found what was opened in it, and what its card was told of before', () => {
  const repair: NewEvent = {
    kind: 'intended',
    drifts: [drift('session-revived')],
    edits: [],
    before: 'a',
    after: 'b',
    entryHashes: {},
    undo: [],
    by,
  };
  expect(
    found(
      opened('blind'),
      opened('session-renamed'),
      repair,
      { kind: 'applied', of: 'e3' },
      posting('other', 'session-renamed'),
      posting('card', 'blind', 'session-revived'),
      opened('artifact-missing'),
    ),
  ).toEqual([['blind', 'session-revived', 'artifact-missing'], 7_000]);
  expect(found(opened('blind'), opened('session-renamed'), posting('card', 'blind'))).toEqual([[], null]);
});

test('what stands again because its repair was taken back is not found anew', () => {
  const death = aDrift({ id: 'first', key: 'death', kind: 'session-gone' });
  const many = aDrift({
    id: 'many',
    key: 'many',
    kind: 'tmux-server-died',
    entryKeys: { [named('a')]: 'death', [named('b')]: 'other' },
  });
  const undo = (session: string, key: string): NewEvent => ({
    kind: 'undone',
    drift: 'first',
    key,
    session,
    entryId: named(session),
    textHash: 'h',
  });
  const before: readonly NewEvent[] = [
    { kind: 'run', card: 'card', what: 'started', reason: null },
    { kind: 'entries', count: 1 },
    { kind: 'entries', count: 1 },
    { kind: 'opened', drift: death },
    { kind: 'resolved', id: driftNamed('first'), because: 'repaired', message: null },
    undo('a', 'death'),
    { kind: 'opened', drift: { ...death, id: driftNamed('again') } },
    posting('card', 'again'),
  ];
  expect(found(...before)).toEqual([['session-gone'], 4_000]);
  expect(found(...before, { kind: 'opened', drift: many })).toEqual([['session-gone', 'tmux-server-died'], 9_000]);
  expect(found(...before, undo('b', 'other'), { kind: 'opened', drift: many })).toEqual([['session-gone'], 4_000]);
});

test('a death that a user caused counts if the card had been told', () => {
  const his = (id: string): NewEvent => ({ kind: 'resolved', id: driftNamed(id), because: 'human', message: null });
  const before = [opened('blind'), opened('session-renamed'), opened('session-revived')];
  expect(
    found(
      ...before,
      opened('session-gone'),
      opened('host-rebooted'),
      posting('card', 'host-rebooted'),
      his('session-gone'),
      his('host-rebooted'),
    ),
  ).toEqual([['host-rebooted'], 5_000]);
});

test('an agent that waits for the user is no drift of the run', () => {
  expect(found(opened('a'), opened('b'), opened('c'), opened('session-gone'), opened('needs-you'))).toEqual([
    ['session-gone'],
    4_000,
  ]);
});
