import { expect, test } from 'vitest';
import { plan } from '../../src/core/make-plan.ts';
import type { ClaudeLook, PaneTree, TmuxPane } from '../../src/core/observation.ts';
import {
  aPane,
  aProcess,
  aSession,
  aTree,
  aWorld,
  anEntry,
  claudeLive,
  claudeLook,
  defaultSocket,
  listed,
  longAgo,
  now,
  trees,
} from './world.ts';

const [own, visitors] = ['87dc548e-0000-4000-8000-000000000000', '99dc548e-0000-4000-8000-000000000000'] as const;
const artifacts = new Map(
  [own, visitors].map((id) => [id, { path: `/home/me/.claude/projects/p/${id}.jsonl`, size: 1, mtime: now }] as const),
);
const entry = anEntry('shop', { ids: { own, claude: undefined, agy: undefined } });
const shell = (pid: number, fields = {}) => aProcess(pid, { argv: ['bash'], exe: '/bin/bash', ...fields });
/** Long ago its agent ran in the pane 1001, which has been a shell for a minute if it is one. */
const memory = {
  workspace: 'lab',
  textHash: 'text of shop',
  textSince: longAgo,
  bootId: 'boot-1',
  seen: {
    socket: defaultSocket,
    serverPid: 900,
    serverStart: 'start-900',
    sessionId: '$1',
    sessionCreated: longAgo,
    panePid: 1001,
    paneStart: 'start-1001',
    paneSince: longAgo,
  },
  agent: { pid: 1002, start: 'start-1002', id: own, proof: 'record' as const, root: '/home/me/.claude' },
  shellSince: now - 60_000,
  formerVisibleStatus: null,
};

function seen(panes: readonly TmuxPane[], below: readonly PaneTree[], live: ClaudeLook['live']) {
  const { drifts, silentEdits, verdicts } = plan(
    aWorld({
      entries: [entry],
      lastLook: { entries: { shop: memory } },
      observation: {
        sockets: new Map([[defaultSocket, listed([aSession('shop', { panes })])]]),
        panes: trees(...below),
        claude: claudeLook({ live, artifacts }),
      },
    }),
  );
  return { drifts: drifts.map(({ kind }) => kind), silentEdits, runs: verdicts[0]?.identity?.id ?? null };
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
  // Resumed in the other pane it is the entry's own.
  const resumed = { drifts: [], silentEdits: [], runs: own };
  expect(seen(panes, below, new Map([[2001, claudeLive(2001, own)]]))).toEqual(resumed);
});

test('where the pane of the entry is closed, the agent that is left in its session is the entry’s', () => {
  const { drifts, runs } = seen([aPane(2001)], [aTree(aProcess(2001))], new Map([[2001, claudeLive(2001, visitors)]]));
  expect([drifts, runs]).toEqual([['session-id-rotated'], visitors]);
});

test('a teammate that the Claude started in a pane beside it is never the agent of the entry', () => {
  const argv = ['claude', '--agent-id', 'reviewer@shop', '--team-name', 'shop', '--parent-session-id', own];
  const live = new Map([[2001, claudeLive(2001, visitors)]]);
  const beside = aTree(aProcess(2001, { argv }));
  expect(seen([aPane(2001)], [beside], live)).toMatchObject({ drifts: [], runs: null });
  const left = seen([aPane(1001, { command: 'bash' }), aPane(2001)], [aTree(shell(1001)), beside], live);
  expect(left).toEqual({ drifts: ['agent-exited'], silentEdits: [], runs: null });
});
