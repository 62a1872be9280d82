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
  hung,
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

const atDefault = {
  ...seenAtWork,
  seen: { ...seenAtWork.seen, socket: defaultSocket, panePid: 1001, paneStart: 'start-1001' },
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

const other = socketAt('/tmp/tmux-1000/dup');
const namesake = aSession('shop', { id: '$7', panes: [aPane(7001)] });
const living = trees(aTree(aProcess(1001)), aTree(aProcess(7001, { ppid: 907 })));
const inFile = anEntry('shop', { pane: { pid: 1001, cmd: 'claude', cwd: null } });

/** Plans over an entry that was never seen. @returns its verdict, and all that would be written or told */
function judged(sockets: Map<typeof other, ReturnType<typeof listed> | typeof hung>, entry = inFile, more = {}) {
  const observation = { sockets, panes: living };
  const { verdicts, drifts, silentEdits, blind } = plan(aWorld({ entries: [entry], observation, ...more }));
  const [verdict] = verdicts;
  return { liveness: verdict?.liveness, doubt: verdict?.doubt?.reason, blind, written: [...drifts, ...silentEdits] };
}

test.each([
  ['with the pane in the file', inFile],
  ['without one', anEntry('shop', one)],
])(
  'a namesake on another server is the session of no entry while the default server does not answer: %s',
  (_, entry) => {
    const seenOf = judged(
      new Map([
        [defaultSocket, hung],
        [other, listed([namesake], { pid: 907 })],
      ]),
      entry,
    );
    expect(seenOf).toMatchObject({ liveness: 'unknown', written: [] });
    expect(seenOf.blind.map(({ source }) => source)).toContain(`tmux:${defaultSocket}`);
  },
);

test('nor while another server that may have it does not answer', () => {
  const sockets = new Map([
    [defaultSocket, listed([])],
    [other, listed([namesake], { pid: 907 })],
    [socketAt('/tmp/tmux-1000/work'), hung],
  ]);
  expect(judged(sockets, anEntry('shop', one))).toMatchObject({ liveness: 'unknown', written: [] });
  // The default server is the one that an entry without a socket means.
  expect(judged(new Map(sockets).set(defaultSocket, listed([aSession('shop')])))).toMatchObject({ liveness: 'alive' });
});

test('of two namesakes the entry has the one with its pane, whatever else does not answer', () => {
  const sockets = new Map([
    [defaultSocket, listed([aSession('shop', { panes: [aPane(5001)] })])],
    [other, listed([aSession('shop', { id: '$7', panes: [aPane(1001)] })], { pid: 907 })],
    [socketAt('/tmp/tmux-1000/work'), hung],
  ]);
  const observation = { sockets, panes: trees(aTree(aProcess(1001)), aTree(aProcess(5001))) };
  const { verdicts } = plan(aWorld({ entries: [inFile], observation }));
  expect(verdicts).toMatchObject([{ liveness: 'alive', socket: other }]);
});

test('a session that only bears the name is not taken while the pane lives on a server that no list tells of', () => {
  const sockets = new Map([[defaultSocket, listed([namesake], { pid: 907 })]]);
  const memory = { formerMemory: { entries: { [named('shop')]: atDefault } } };
  for (const more of [{}, memory])
    expect(judged(sockets, inFile, more)).toMatchObject({
      liveness: 'unknown',
      doubt: 'its pane, pid 1001, runs in a tmux server that was not asked: $7 only bears its name',
      written: [],
    });
  const dead = { observation: { sockets, panes: trees(aTree(null), aTree(aProcess(7001, { ppid: 907 }))) } };
  expect(plan(aWorld({ entries: [inFile], ...dead })).verdicts).toMatchObject([{ liveness: 'alive' }]);
});

test.each(['host', 'tmux_socket'])(
  'an entry whose %s has another shape is not gone: nothing says where it runs',
  (path) => {
    const misshapen = [{ path, line: 3, words: 'a list where a single word belongs' }];
    const entry = anEntry('shop', { ...one, misshapen });
    const world = { entries: [entry], observation: { sockets: new Map([[defaultSocket, listed([])]]) }, looksAgain: 1 };
    const { verdicts, drifts, silentEdits } = plan(aWorld(world));
    expect(verdicts).toMatchObject([
      { liveness: 'unknown', doubt: { reason: `${path} in line 3 is a list where a single word belongs` } },
    ]);
    expect([drifts.map(({ kind }) => kind), silentEdits]).toEqual([['registry-unreadable'], []]);
  },
);

test('an entry whose tmux_socket has another shape takes a session only by its pane', () => {
  const misshapen = [{ path: 'tmux_socket', line: 3, words: 'a list where a single word belongs' }];
  const sockets = new Map([[defaultSocket, listed([namesake], { pid: 907 })]]);
  expect(judged(sockets, anEntry('shop', { ...one, misshapen }))).toMatchObject({ liveness: 'unknown' });
  const pane = { pid: 7001, cmd: 'claude', cwd: null };
  expect(judged(sockets, anEntry('shop', { pane, misshapen }))).toMatchObject({ liveness: 'alive' });
});
