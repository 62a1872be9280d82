import { expect, test } from 'vitest';
import type { Edit } from '../../../src/core/model/drift.ts';
import { keyOf, type Entry } from '../../../src/core/model/entry.ts';
import { detect } from '../../../src/core/plan/detect.ts';
import { group } from '../../../src/core/plan/mass-events.ts';
import { holdBack } from '../../../src/core/plan/hold-back.ts';
import { judge } from '../../../src/core/plan/judge.ts';
import { locate } from '../../../src/core/plan/locate.ts';
import {
  aProcess,
  aSession,
  aTree,
  aWorld,
  anEntry,
  deadPids,
  defaultSocket,
  hour,
  listed,
  now,
  trees,
  type World,
} from '../world.ts';
import { named, socketAt } from '../../named.ts';

const gone = { sockets: new Map([[defaultSocket, listed([aSession('other')])]]), panes: deadPids(1001) };

/** What differs in a world, and what is left of it. */
function stages(world: World, hostEdits: readonly Edit[] = []) {
  const input = aWorld({ observation: gone, looksAgain: 1, ...world });
  const judged = judge(locate(input), input);
  const view = { input, ...judged, ...group(judged.entries, input) };
  const differences = detect(view);
  return { differences, ...holdBack(differences, hostEdits, view) };
}

test('detect gives the whole repair, whatever holds it back', () => {
  const { differences, drifts } = stages({ entries: [anEntry('a', { pin: ['status'] })] });
  expect(differences.map(({ kind, edits }) => [kind, edits.length])).toEqual([['session-gone', 3]]);
  expect(drifts.map(({ edits, message }) => [edits, message])).toEqual([
    [[], 'a: tmux gone (was pane 1001, cmd claude). Left as it is: status is pinned.'],
  ]);
});

test('differences stand in the order of the registry, those of no entry last', () => {
  const entries = ['b', 'a'].map((name) => anEntry(name, { socket: 'default' }));
  const blind = { 'tmux:/x': { since: now - hour, seen: now } };
  const sockets = new Map([...gone.sockets, [socketAt('/x'), { blind: 'no answer', cure: 'ask again' }] as const]);
  const { differences } = stages({
    entries: [...entries, anEntry('c', { socket: '/x' })],
    observation: { ...gone, sockets },
    formerMemory: { blind },
  });
  expect(differences.map(({ kind, session }) => [kind, session])).toEqual([
    ['session-gone', 'b'],
    ['session-gone', 'a'],
    ['blind', null],
  ]);
});

test('what changed just now is neither said nor written, and a single pass waits for it', () => {
  const { drifts, deferred, lookAgain } = stages({ entries: [anEntry('a')], registry: { mtime: now - 2_000 } });
  expect([drifts, deferred]).toEqual([
    [],
    [{ entry: { session: 'a', socket: null }, reason: 'entry changed 2 s ago', until: now + 3_000 }],
  ]);
  expect(lookAgain).toEqual({ kind: 'settle', afterMs: 3_000, because: 'settle 1 session that changed just now' });
});

test('it waits for whatever is put off: also for a session that was made again just now', () => {
  const again = aSession('a', { created: now - 1_000 });
  const { drifts, lookAgain } = stages({
    entries: [anEntry('a', { status: 'terminated', terminatedAt: now - hour })],
    observation: {
      sockets: new Map([[defaultSocket, listed([again])]]),
      panes: trees(aTree(aProcess(1001, { startedAt: now - 1_000 }))),
    },
  });
  expect(drifts).toEqual([]);
  expect(lookAgain).toMatchObject({ kind: 'settle', afterMs: 4_000 });
});

test.each<readonly [what: string, entry: Partial<Entry>, words: string, deferred: readonly string[]]>([
  ['a pin', { pin: ['status'] }, 'status is pinned', []],
  ['an anchor', { shared: ['status'] }, 'status is an anchor that others use', ['status is an anchor that others use']],
])('%s holds the repair back; only a form of the file is told as deferred', (_, fields, words, reasons) => {
  const { drifts, deferred } = stages({ entries: [anEntry('a', fields)] });
  expect(drifts.map(({ message }) => message)).toEqual([expect.stringContaining(`Left as it is: ${words}.`)]);
  expect(deferred.map(({ reason }) => reason)).toEqual(reasons);
});

test('an undo holds the repair back until the entry changes', () => {
  const entry = anEntry('a');
  const [difference] = stages({ entries: [entry] }).differences;
  if (difference === undefined) throw new Error('nothing differs');
  const undone = (textHash: string) => ({
    undone: new Map([['a', { key: difference.key, entryId: named('a'), textHash }]]),
  });
  const edits = (textHash: string) => stages({ entries: [entry], ledger: undone(textHash) }).drifts[0]?.edits.length;
  expect([edits(entry.textHash), edits('the text before it was changed')]).toEqual([0, 3]);
});

test('a silent edit that something forbids is left out without a word', () => {
  const host = (entry: Entry): Edit => ({ op: 'set', entry: keyOf(entry), path: ['host'], from: 'lab2', to: 'lab1' });
  const [free, pinned] = [anEntry('a'), anEntry('b', { pin: ['host'] })];
  const { silentEdits, deferred } = stages({ entries: [free, pinned] }, [host(free), host(pinned)]);
  expect([silentEdits, deferred]).toEqual([[host(free)], []]);
});
