import { expect, test } from 'vitest';
import { driftKey } from '../../../src/core/drift/key.ts';
import type { DriftKindName } from '../../../src/core/model/drift.ts';
import { plan } from '../../../src/core/plan/make-plan.ts';
import { withOwnWrites } from '../../../src/core/plan/remember.ts';
import {
  aPane,
  aProcess,
  aSession,
  aTree,
  aWorld,
  anEntry,
  defaultSocket,
  hung,
  listed,
  longAgo,
  now,
  trees,
  type World,
  opened,
  over,
  undecided,
} from '../world.ts';
import { named } from '../../named.ts';

const name = 'lab-creator-claude';
const observation = {
  sockets: new Map([[defaultSocket, listed([aSession(name)])]]),
  panes: trees(aTree(aProcess(1001))),
};

test('remembers where each session was seen, and nothing else while nothing changes', () => {
  const world = { entries: [anEntry(name)], observation };
  const { nextMemory } = plan(aWorld(world));
  expect(nextMemory).toEqual({
    bootId: 'boot-1',
    entries: {
      [name]: {
        workspace: 'lab',
        textHash: `text of ${name}`,
        textSince: longAgo,
        bootId: 'boot-1',
        seen: {
          socket: defaultSocket,
          serverPid: 900,
          serverStart: 'start-900',
          sessionId: '$1',
          sessionCreated: longAgo,
          paneId: '%1001',
          panePid: 1001,
          paneStart: 'start-1001',
          paneSince: longAgo,
        },
        agent: { pid: 1001, start: 'start-1001', id: null, proof: null, root: '/home/me/.claude' },
        shellSince: null,
        formerVisibleStatus: null,
      },
    },
    sessions: { [`${defaultSocket}\u0000900\u0000$1`]: { name, since: longAgo } },
    blind: {},
    foreignConversations: [],
  });
  const input = aWorld({ ...world, formerMemory: nextMemory, now: now + 60_000 });
  expect(plan(input).nextMemory).toBe(input.formerMemory);
});

test('what we registered ourselves is settled in the next pass, and no deletion before it was written', () => {
  const made = plan(aWorld({ observation }));
  expect(plan(aWorld({ observation, formerMemory: made.nextMemory })).tombstones).toEqual([]);
  const entries = [anEntry(name, { textHash: 'as written' })];
  const formerMemory = withOwnWrites(made.nextMemory, { [named(name)]: 'as written' });
  const next = plan(aWorld({ entries, observation, formerMemory, registry: { mtime: now }, now: now + 100 }));
  expect({
    drifts: next.drifts,
    deferred: next.deferred,
    since: next.nextMemory.entries[named(name)]?.textSince,
  }).toEqual({
    drifts: [],
    deferred: [],
    since: longAgo,
  });
});

test('a name is as old as its first sighting', () => {
  const { nextMemory } = plan(aWorld({ observation }));
  const renamed = { ...observation, sockets: new Map([[defaultSocket, listed([aSession('new-creator-claude')])]]) };
  const made = plan(aWorld({ observation: renamed, formerMemory: nextMemory, now: now + 1000 }));
  expect(made.deferred).toEqual([
    {
      entry: { session: 'new-creator-claude', socket: null },
      reason: 'session renamed 0 s ago',
      until: now + 6000,
    },
  ]);
});

test('a dead pane whose pid tmux does not tell any more is the one that was seen, and does not grow young', () => {
  const entries = [anEntry(name)];
  const first = plan(aWorld({ entries, observation }));
  const died = { ...aPane(1001), dead: true, pid: null } as const;
  const dead = { ...observation, sockets: new Map([[defaultSocket, listed([aSession(name, { panes: [died] })])]]) };
  const formerMemory = first.nextMemory;
  const second = plan(aWorld({ entries, observation: dead, formerMemory, now: now + 10_000 }));
  const seen = ({ nextMemory }: typeof first) => nextMemory.entries[named(name)]?.seen;
  expect(seen(second)).toEqual(seen(first));
  const never = plan(aWorld({ entries, observation: dead }));
  expect(seen(never)).toMatchObject({ paneId: '%1001', panePid: null, paneStart: null });
  const later = aWorld({ entries, observation: dead, formerMemory: never.nextMemory, now: now + 10_000 });
  expect(seen(plan(later))).toEqual(seen(never));
  const respawned = aWorld({ entries, observation, formerMemory: never.nextMemory, now: now + 10_000 });
  expect(seen(plan(respawned))).toMatchObject({ paneId: '%1001', panePid: 1001, paneStart: 'start-1001' });
});

test('what a blind server held is kept', () => {
  const { nextMemory } = plan(aWorld({ entries: [anEntry(name)], observation }));
  const blind = { ...observation, sockets: new Map([[defaultSocket, hung]]) };
  const again = plan(
    aWorld({ entries: [anEntry(name)], observation: blind, formerMemory: nextMemory, now: now + 1000 }),
  );
  expect(again.nextMemory).toEqual({
    ...nextMemory,
    blind: { [`tmux:${defaultSocket}`]: { since: now + 1000, seen: now + 1000 } },
  });
});

test('an open drift stays open where this look could not judge it', () => {
  const twoPanes = [aPane(1001), aPane(1002)];
  const sockets = new Map([[defaultSocket, listed([aSession(name, { panes: twoPanes })])]]);
  const absent = (kind: DriftKindName, look: World['observation']) => {
    const key = driftKey('/home/me/agent-sessions.yaml', kind, anEntry(name), []);
    const ledger = opened({ key, kind, session: name });
    return plan(aWorld({ entries: [anEntry(name)], observation: { ...observation, ...look }, ledger })).absentDrifts;
  };
  const later = 'of-another-version';
  const kinds = ['session-gone', 'session-unregistered', 'agent-exited', 'job-orphaned', later] as const;
  const blind = { sockets: new Map([[defaultSocket, hung]]) };
  expect(kinds.map((kind) => [kind, absent(kind, { sockets }), absent(kind, blind)])).toEqual([
    ['session-gone', over(), undecided],
    ['session-unregistered', over(), undecided],
    ['agent-exited', over(), undecided],
    ['job-orphaned', over(), undecided],
    ['of-another-version', undecided, undecided],
  ]);
});
