import { expect, test } from 'vitest';
import { plan } from '../../../src/core/plan/make-plan.ts';
import {
  aPane,
  aProcess,
  aSession,
  aTree,
  aWorld,
  anEntry,
  defaultSocket,
  hour,
  listed,
  longAgo,
  noServer,
  now,
  trees,
} from '../world.ts';
import { named, socketAt } from '../../named.ts';

const one = { pane: null } as const;
const seen = { sockets: new Map([[defaultSocket, listed([aSession('a_b')])]]), panes: trees(aTree(aProcess(1001))) };

test.each([
  [
    'names its socket and the other one names none',
    [anEntry('a_b', one), anEntry('a_b', { ...one, socket: 'default' })],
  ],
  ['has a name that tmux lists in the same way', [anEntry('a.b', one), anEntry('a_b', one)]],
])('a session lives that two entries mean: none of them is gone where one %s', (_, entries) => {
  const { drifts, silentEdits, verdicts } = plan(aWorld({ entries, observation: seen, looksAgain: 1 }));
  expect([drifts, silentEdits]).toEqual([[], []]);
  expect(verdicts.map(({ liveness }) => liveness).toSorted()).toEqual(['alive', 'unknown']);
  expect(verdicts.find(({ liveness }) => liveness === 'unknown')?.doubt).toEqual({
    reason: '$1 bears its name, and another entry has that session',
    cure: 'take one of the two entries out, or correct its tmux_socket',
  });
});

test('the second of two entries that mean one session does not take a namesake on another server', () => {
  const entries = [anEntry('a_b', one), anEntry('a_b', { ...one, socket: 'default' })];
  const sockets = new Map([
    ...seen.sockets,
    [socketAt('/tmp/other/tmux'), listed([aSession('a_b', { id: '$7', panes: [] })])],
  ]);
  const { verdicts } = plan(aWorld({ entries, observation: { ...seen, sockets } }));
  expect(verdicts.map(({ liveness }) => liveness)).toEqual(['unknown', 'alive']);
});

test('an entry whose namesake runs on another socket is judged by its own', () => {
  const entries = [anEntry('a_b', one), anEntry('a_b', { ...one, socket: 'work' })];
  const sockets = new Map([
    [defaultSocket, noServer],
    [socketAt('/tmp/tmux-1000/work'), listed([aSession('a_b')])],
  ]);
  const { drifts } = plan(aWorld({ entries, observation: { ...seen, sockets }, looksAgain: 1 }));
  expect(drifts.map(({ kind, session }) => `${kind} ${session ?? ''}`)).toEqual(['session-gone a_b']);
});

const work = socketAt('/tmp/tmux-1000/work');
const seenAtWork = {
  workspace: 'lab',
  textHash: 'text of shop',
  textSince: longAgo,
  bootId: 'boot-1',
  seen: {
    socket: work,
    serverPid: 800,
    serverStart: 'start-800',
    sessionId: '$1',
    sessionCreated: longAgo,
    panePid: 801,
    paneStart: 'start-801',
    paneSince: longAgo,
  },
  agent: null,
  shellSince: null,
  formerVisibleStatus: null,
};

test('an entry is looked for on other servers once the one in which it was seen is gone', () => {
  const ended = { status: 'terminated', terminatedAt: now - hour, terminationMode: 'auto-detected' } as const;
  const again = aSession('shop', { created: now - 60_000 });
  const kinds = (atWork: ReturnType<typeof listed>): readonly string[] =>
    plan(
      aWorld({
        entries: [anEntry('shop', ended)],
        formerMemory: { entries: { [named('shop')]: seenAtWork } },
        observation: {
          sockets: new Map([
            [defaultSocket, listed([again])],
            [work, atWork],
          ]),
          panes: trees(aTree(aProcess(1001, { startedAt: now - 60_000 }))),
        },
      }),
    ).drifts.map(({ kind }) => kind);
  expect(kinds(noServer)).toEqual(['session-revived']);
  expect(kinds(listed([], { pid: 810, start: 'start-810' }))).toEqual(['session-revived']);
  // Its server lives, so a session of that name on another server is another session.
  expect(kinds(listed([], { pid: 800, start: 'start-800' }))).toEqual([]);
});

test('where two entries have one session, their order in the file decides nothing', () => {
  const entries = [
    anEntry('shop', { ...one, socket: 'work' }),
    anEntry('web', { ...one, status: 'terminated' }),
    anEntry('shop', { ...one, status: null }),
  ];
  const sessions = [
    aSession('web', { id: '$1', panes: [aPane(1003)] }),
    aSession('shop', { id: '$2', panes: [aPane(1001), aPane(1003)] }),
  ];
  const seenInShop = { ...seenAtWork.seen, panePid: 1001, paneStart: 'start-1001' };
  const kinds = (order: typeof entries): readonly string[] =>
    plan(
      aWorld({
        entries: order,
        formerMemory: { entries: { [named('shop', 'work')]: { ...seenAtWork, seen: seenInShop } } },
        observation: {
          sockets: new Map([[defaultSocket, listed(sessions)]]),
          panes: trees(aTree(aProcess(1001)), aTree(aProcess(1003))),
        },
      }),
    ).drifts.map(({ kind, session }) => `${kind} ${session ?? ''}`);
  expect(kinds(entries)).toEqual(['session-renamed shop']);
  expect(kinds(entries.toReversed())).toEqual(['session-renamed shop']);
});
