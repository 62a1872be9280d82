import { expect, test } from 'vitest';
import { pairsOf } from '../../../src/core/model/branded.ts';
import type { PlanInput } from '../../../src/core/model/plan.ts';
import { plan } from '../../../src/core/plan/make-plan.ts';
import { group } from '../../../src/core/plan/mass-events.ts';
import { judge } from '../../../src/core/plan/judge.ts';
import { locate } from '../../../src/core/plan/locate.ts';
import {
  aPane,
  aSession,
  aWorld,
  anEntry,
  anEntryMemory,
  deadPids,
  defaultSocket,
  listed,
  noServer,
  opened,
  type World,
} from '../world.ts';

const entries = ['a', 'b', 'c'].map((name) => anEntry(name, { pane: null }));
const serverGone = { sockets: new Map([[defaultSocket, noServer]]) };
const serverAlive = { sockets: new Map([[defaultSocket, listed([aSession('other')])]]) };

function grouped(world: World) {
  const input: PlanInput = aWorld(world);
  const { massEvents, awaitsCause, claimed, confirm } = group(judge(locate(input), input).entries, input);
  return {
    events: massEvents.map(({ kind, entries: ofEvent }) => [kind, ofEvent.map(({ entry }) => entry.session)]),
    awaitsCause: [...awaitsCause],
    claimed: [...claimed],
    confirm: confirm?.because ?? null,
  };
}

test('deaths of one server are looked at once more, then they are one event', () => {
  expect(grouped({ entries, observation: serverGone })).toEqual({
    events: [],
    awaitsCause: ['a', 'b', 'c'],
    claimed: ['a', 'b', 'c'],
    confirm: '3 sessions are gone with their tmux server',
  });
  expect(grouped({ entries, observation: serverGone, looksAgain: 1 })).toEqual({
    events: [['tmux-server-died', ['a', 'b', 'c']]],
    awaitsCause: [],
    claimed: ['a', 'b', 'c'],
    confirm: null,
  });
});

test('the event waits until the last of its entries has settled', () => {
  const young = aWorld().now - 1_000;
  expect(grouped({ entries, observation: serverGone, registry: { mtime: young }, looksAgain: 1 })).toMatchObject({
    events: [],
    awaitsCause: ['a', 'b', 'c'],
    confirm: null,
  });
});

test('most of the sessions at once, with their server alive: one more look, then each on its own', () => {
  expect(grouped({ entries, observation: serverAlive })).toMatchObject({
    awaitsCause: ['a', 'b', 'c'],
    confirm: '3 of 3 sessions are gone at once',
  });
  expect(grouped({ entries, observation: serverAlive, looksAgain: 1 })).toEqual({
    events: [],
    awaitsCause: [],
    claimed: [],
    confirm: null,
  });
});

test('of an open event whose repairs were undone, only the entry that was changed since is repaired, on its own', () => {
  const world = { entries, observation: serverGone, looksAgain: 1 };
  const [event, ...others] = plan(aWorld(world)).drifts;
  if (event?.entryKeys === undefined) throw new Error('there is no event');
  expect(others).toEqual([]);
  const undone = (changed: readonly string[]) =>
    new Map(
      pairsOf(event.entryKeys ?? {}).map(([id, key]) => [
        key,
        { key, entryId: id, textHash: changed.includes(id) ? 'before' : `text of ${id}` },
      ]),
    );
  const drifts = (changed: readonly string[]) => {
    const ledger = { ...opened(event), undone: undone(changed) };
    return plan(aWorld({ ...world, ledger })).drifts.map(({ kind, sessions, session, edits }) => ({
      kind,
      of: sessions ?? session,
      edits: edits.length,
    }));
  };
  expect(drifts([])).toEqual([{ kind: 'tmux-server-died', of: ['a', 'b', 'c'], edits: 0 }]);
  expect(drifts(['b'])).toEqual([
    { kind: 'session-gone', of: 'b', edits: 3 },
    { kind: 'tmux-server-died', of: ['a', 'c'], edits: 0 },
  ]);
  expect(drifts(['a', 'b', 'c'])).toEqual([{ kind: 'tmux-server-died', of: ['a', 'b', 'c'], edits: 9 }]);
});

test.each([
  [
    'that began after their text',
    {},
    'the server that answers (pid 950) began at 2026-07-01T08:59:00Z, after these entries were written',
  ],
  [
    'other than the one that ran them',
    { entries: Object.fromEntries(entries.map(({ session }) => [session, anEntryMemory(session)])) },
    'the server that answers (pid 950) began at 2026-07-01T08:59:00Z, and is not the one that ran them (pid 900)',
  ],
])('where a server answers %s, the evidence of their event says so, once', (_, formerMemory, said) => {
  const later = { pid: 950, start: 'start-950', startedAt: Date.parse('2026-07-01T08:59:00Z') };
  const sockets = new Map([[defaultSocket, listed([aSession('other', { panes: [aPane(2001)] })], later)]]);
  const world = { entries, formerMemory, observation: { sockets, panes: deadPids(1001) }, looksAgain: 1 };
  const [event] = plan(aWorld(world)).drifts;
  expect(event?.kind).toBe('tmux-server-died');
  expect(event?.evidence.map((one) => one.said)).toEqual(['complete list of 1 sessions, not among them', said]);
});

test('one absence with no process to ask is looked at once more, and claimed by nothing', () => {
  expect(grouped({ entries: entries.slice(0, 1), observation: serverAlive })).toEqual({
    events: [],
    awaitsCause: [],
    claimed: [],
    confirm: '1 absent with no pid to ask',
  });
});
