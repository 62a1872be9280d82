import { expect, test } from 'vitest';
import { plan } from '../../../src/core/plan/make-plan.ts';
import type { EntryMemory } from '../../../src/core/model/memory.ts';
import type { ClaudeObservation } from '../../../src/agents/claude/observation.ts';
import type { PaneTree, TmuxPane } from '../../../src/core/model/observation.ts';
import {
  aPane,
  aProcess,
  aSession,
  aTree,
  aWorld,
  anEntry,
  anEntryMemory,
  claudeLive,
  claudeLook,
  defaultSocket,
  listed,
  now,
  trees,
  idsOf,
} from '../world.ts';
import { named } from '../../named.ts';

const [own, visitors] = ['87dc548e-0000-4000-8000-000000000000', '99dc548e-0000-4000-8000-000000000000'] as const;
const artifacts = new Map(
  [own, visitors].map((id) => [id, { path: `/home/me/.claude/projects/p/${id}.jsonl`, size: 1, mtime: now }] as const),
);
const entry = anEntry('shop', { ids: idsOf({ own, claude: undefined, agy: undefined }) });
const shell = (pid: number, fields = {}) => aProcess(pid, { argv: ['bash'], exe: '/bin/bash', ...fields });
/** The agent ran in the pane 1001 long ago. The pane has been a shell for a minute, if it is one. */
const memory = {
  ...anEntryMemory('shop'),
  seen: { ...anEntryMemory('shop').seen, paneId: '%1001' },
  agent: { pid: 1002, start: 'start-1002', id: own, proof: 'record' as const, root: '/home/me/.claude' },
  shellSince: now - 60_000,
};

function seen(...world: Parameters<typeof look>) {
  const { drifts, silentEdits, verdicts } = look(...world);
  return { drifts: drifts.map(({ kind }) => kind), silentEdits, runs: verdicts[0]?.identity?.id ?? null };
}

function look(
  panes: readonly TmuxPane[],
  below: readonly PaneTree[],
  live: ClaudeObservation['live'],
  { remembered = memory, id = '$1' }: { remembered?: EntryMemory; id?: string } = {},
) {
  return plan(
    aWorld({
      entries: [entry],
      formerMemory: { entries: { [named('shop')]: remembered } },
      observation: {
        sockets: new Map([[defaultSocket, listed([aSession('shop', { id, panes })])]]),
        panes: trees(...below),
        claude: claudeLook({ live, artifacts }),
      },
    }),
  );
}

test('while another Claude runs in front of the stopped one, the stopped one is the entry’s', () => {
  const stopped = aProcess(1002, { ppid: 1001, foregroundGroup: 1003 });
  const tree = aTree(shell(1001, { foregroundGroup: 1003 }), {
    descendants: [stopped, aProcess(1003, { ppid: 1001 })],
  });
  const live = new Map([
    [1002, claudeLive(1002, own)],
    [1003, claudeLive(1003, visitors)],
  ]);
  expect(seen([aPane(1001)], [tree], live)).toEqual({ drifts: [], silentEdits: [], runs: own });
});

test('a Claude in a split pane does not take the place of the one that ended beside it', () => {
  const panes = [aPane(1001, { command: 'bash' }), aPane(2001)];
  const below = [aTree(shell(1001)), aTree(aProcess(2001))];
  const left = { drifts: ['agent-exited'], silentEdits: [], runs: null };
  expect(seen(panes, below, new Map([[2001, claudeLive(2001, visitors)]]))).toEqual(left);
  // A conversation that is resumed in the other pane is the entry's own.
  const resumed = { drifts: [], silentEdits: [], runs: own };
  expect(seen(panes, below, new Map([[2001, claudeLive(2001, own)]]))).toEqual(resumed);
});

test('where the pane of the entry is closed, the agent that is left beside it is a visitor’s', () => {
  const visitor = new Map([[2001, claudeLive(2001, visitors)]]);
  const { drifts, silentEdits, verdicts, nextMemory } = look([aPane(2001)], [aTree(aProcess(2001))], visitor);
  expect({ drifts, silentEdits, said: verdicts[0] }).toMatchObject({
    drifts: [],
    silentEdits: [],
    said: { liveness: 'unknown', identity: null, doubt: { reason: expect.stringContaining('pane was closed') } },
  });
  expect(nextMemory.entries[named('shop')]).toMatchObject({ seen: memory.seen, agent: memory.agent });
  // If it is resumed in that pane, or recorded as the conversation it runs, it is the entry's again.
  const resumed = look([aPane(2001)], [aTree(aProcess(2001))], new Map([[2001, claudeLive(2001, own)]]));
  expect(resumed).toMatchObject({ drifts: [], verdicts: [{ liveness: 'alive', identity: { id: own } }] });
  expect(resumed.nextMemory.entries[named('shop')]?.seen?.paneId).toBe('%2001');
});

test('a shell that is left beside the closed pane says that the agent exited, and hands its pane to no visitor', () => {
  const left = look([aPane(2001, { command: 'bash' })], [aTree(shell(2001))], new Map());
  expect([left.drifts.map(({ kind }) => kind), left.silentEdits]).toEqual([['agent-exited'], []]);
  const remembered = left.nextMemory.entries[named('shop')] ?? memory;
  const begun = aTree(shell(2001, { foregroundGroup: 2002 }), { descendants: [aProcess(2002, { ppid: 2001 })] });
  const visitor = new Map([[2002, claudeLive(2002, visitors)]]);
  expect(seen([aPane(2001)], [begun], visitor, { remembered })).toEqual({ drifts: [], silentEdits: [], runs: null });
});

test('a dead pane that tmux kept, or one that was respawned as a shell, stays the entry’s beside a visitor', () => {
  const visitor = new Map([[2001, claudeLive(2001, visitors)]]);
  const beside = aTree(aProcess(2001));
  const exited = { drifts: ['agent-exited'], silentEdits: [], runs: null };
  expect(seen([aPane(1001, { dead: true }), aPane(2001)], [beside], visitor)).toEqual(exited);
  const respawned = aPane(1050, { id: '%1001', command: 'bash' });
  expect(seen([respawned, aPane(2001)], [aTree(shell(1050)), beside], visitor).drifts).toEqual(['agent-exited']);
});

test('in a respawned pane, a session made again, or after an older version’s look, the agent is the entry’s', () => {
  const goesOn = { drifts: ['session-id-rotated'], runs: visitors };
  const other = new Map([[2001, claudeLive(2001, visitors)]]);
  const below = [aTree(aProcess(2001))];
  expect(seen([aPane(2001, { id: '%1001' })], below, other)).toMatchObject(goesOn);
  expect(seen([aPane(2001)], below, other, { id: '$2' })).toMatchObject(goesOn);
  const { paneId: _, ...older } = memory.seen;
  expect(seen([aPane(2001)], below, other, { remembered: { ...memory, seen: older } })).toMatchObject(goesOn);
});

test('a teammate that the Claude started in a pane beside it is never the agent of the entry', () => {
  const argv = ['claude', '--agent-id', 'reviewer@shop', '--team-name', 'shop', '--parent-session-id', own];
  const live = new Map([[2001, claudeLive(2001, visitors)]]);
  const beside = aTree(aProcess(2001, { argv }));
  expect(seen([aPane(2001)], [beside], live)).toMatchObject({ drifts: [], runs: null });
  const left = seen([aPane(1001, { command: 'bash' }), aPane(2001)], [aTree(shell(1001)), beside], live);
  expect(left).toEqual({ drifts: ['agent-exited'], silentEdits: [], runs: null });
});
