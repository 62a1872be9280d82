import { describe, expect, test } from 'vitest';
import { entryId, type Entry } from '../../../src/core/model/entry.ts';
import type { DelegateJob } from '../../../src/core/model/job.ts';
import type { EntryMemory, Memory, OpenDrift } from '../../../src/core/model/memory.ts';
import type { PaneTree, Process, Seen, TmuxSession } from '../../../src/core/model/observation.ts';
import { driftKey } from '../../../src/core/drift/key.ts';
import { plan } from '../../../src/core/plan/make-plan.ts';
import { unreadableFileDrift } from '../../../src/core/drift/registry-unreadable.ts';
import {
  aPane,
  aProcess,
  aServer,
  aSession,
  aTree,
  aWorld,
  anEntry,
  anEntryMemory,
  claudeLive,
  claudeLook,
  deadPids,
  defaultSocket,
  hour,
  hung,
  listed,
  longAgo,
  noServer,
  now,
  opened,
  over,
  trees,
  undecided,
  idsOf,
} from '../world.ts';
import { driftNamed, named, socketAt } from '../../named.ts';
import { pairsOf } from '../../../src/core/model/branded.ts';
import { rememberedIncarnation } from '../../../src/core/place/last-changed.ts';

const name = 'lab-creator-claude';
const seenBefore = {
  ...anEntryMemory(name),
  agent: { pid: 1001, start: 'start-1001', id: null, proof: null, root: '/home/me/.claude' },
};

const remembered: Partial<Memory> = { bootId: 'boot-1', entries: { [named(name)]: seenBefore } };
const other = aSession('other', { id: '$7', panes: [aPane(7007)] });
const inPlace = { sockets: new Map([[defaultSocket, listed([aSession(name)])]]), panes: trees(aTree(aProcess(1001))) };

describe('session-gone', () => {
  const gone = { sockets: new Map([[defaultSocket, listed([other])]]), panes: deadPids(1001) };

  test('a session that its server does not list any more is marked terminated', () => {
    const id = '87dc548e-0000-4000-8000-000000000000';
    const artifacts = new Map([[id, { path: `/t/${id}.jsonl`, size: 1, mtime: longAgo }]]);
    const { drifts, lookAgain } = plan(
      aWorld({
        entries: [anEntry(name, { ids: idsOf({ own: id, claude: undefined, agy: undefined }) })],
        observation: { ...gone, claude: claudeLook({ artifacts }) },
        formerMemory: remembered,
      }),
    );
    expect(lookAgain).toBeNull();
    expect(drifts).toEqual([
      {
        key: `["/home/me/agent-sessions.yaml","session-gone","${name}",null,"${defaultSocket}",900,"start-900","$1"]`,
        kind: 'session-gone',
        class: 'A',
        session: name,
        workspace: 'lab',
        agent: 'claude',
        message: `${name}: tmux gone (was pane 1001, cmd claude). Marked terminated.`,
        dryRunMessage: `${name}: tmux gone (was pane 1001, cmd claude). Would be marked terminated.`,
        seen: `${name}: tmux gone (was pane 1001, cmd claude).`,
        evidence: [
          { source: `tmux:${defaultSocket}`, said: 'complete list of 1 sessions, not among them', at: now },
          { source: 'proc', said: 'pid 1001 is not there any more', at: now },
        ],
        edits: [
          { op: 'set', entry: { session: name, socket: null }, path: ['status'], from: 'running', to: 'terminated' },
          {
            op: 'set',
            entry: { session: name, socket: null },
            path: ['terminated_at'],
            from: null,
            to: '2026-07-01T09:00:30Z',
          },
          {
            op: 'set',
            entry: { session: name, socket: null },
            path: ['termination_mode'],
            from: null,
            to: 'auto-detected',
          },
        ],
        resume: `cd /home/me/lab && claude --resume ${id}`,
      },
    ]);
  });

  test.each([
    [{ pid: 1001, cmd: null }, ' (was pane 1001)'],
    [{ pid: null, cmd: 'claude' }, ' (was cmd claude)'],
    [{ pid: null, cmd: null }, ''],
  ])('%j of its pane is named', (pane, was) => {
    const entries = [anEntry(name, { pane: { ...pane, cwd: null } })];
    const { drifts } = plan(aWorld({ entries, observation: gone, looksAgain: 1 }));
    expect(drifts.map(({ message }) => message)).toEqual([`${name}: tmux gone${was}. Marked terminated.`]);
  });

  test('an entry without a pane is named without one, after two looks', () => {
    const world = { entries: [anEntry(name, { pane: null })], observation: gone };
    expect(plan(aWorld(world))).toMatchObject({
      drifts: [],
      verdicts: [{ liveness: 'unknown' }],
      lookAgain: { kind: 'confirm', afterMs: 250, because: '1 absent with no pid to ask' },
    });
    expect(plan(aWorld({ ...world, looksAgain: 1 })).drifts.map((drift) => drift.message)).toEqual([
      `${name}: tmux gone. Marked terminated.`,
    ]);
  });

  test('it is marked with the time of the look, however long the look and the plan took', () => {
    const observation = { ...gone, at: now - 3000 };
    const entries = [anEntry(name), anEntry('b', { pane: null })];
    const alone = plan(aWorld({ entries: [anEntry(name)], observation, formerMemory: remembered }));
    expect(alone.drifts[0]?.edits[1]).toMatchObject({ path: ['terminated_at'], to: '2026-07-01T09:00:27Z' });
    const sockets = new Map([[defaultSocket, noServer]]);
    const all = plan(
      aWorld({ entries, observation: { ...observation, sockets }, formerMemory: remembered, looksAgain: 1 }),
    );
    expect(all.drifts[0]?.edits[1]).toMatchObject({ path: ['terminated_at'], to: '2026-07-01T09:00:27Z' });
  });

  test('a pid that another process bears by now does not speak against it', () => {
    const reused = { ...gone, panes: trees(aTree(aProcess(1001, { start: 'later', startedAt: now - 60_000 }))) };
    expect(
      plan(aWorld({ entries: [anEntry(name)], observation: reused, formerMemory: remembered })).drifts,
    ).toHaveLength(1);
  });

  test('a survivor without a terminal is gone, and the evidence says that it runs', () => {
    const survivor = { ...gone, panes: trees(aTree(aProcess(1001, { tty: 0 }))) };
    const { drifts } = plan(aWorld({ entries: [anEntry(name)], observation: survivor, formerMemory: remembered }));
    expect(drifts[0]?.evidence[1]).toEqual({ source: 'proc', said: 'pid 1001 still runs', at: now });
  });

  test('a pane process in a terminal of a living server: unknown, nothing is said', () => {
    const alive = { ...gone, panes: trees(aTree(aProcess(1001))) };
    const made = plan(aWorld({ entries: [anEntry(name)], observation: alive, formerMemory: remembered }));
    expect(made.drifts).toEqual([]);
    expect(made.verdicts[0]?.liveness).toBe('unknown');
  });

  test('a session on another socket counts only for an entry that was never seen', () => {
    const scratch = socketAt('/tmp/tmux-1000/scratch');
    const elsewhere = {
      sockets: new Map([
        [defaultSocket, listed([])],
        [scratch, listed([aSession(name)])],
      ]),
      panes: deadPids(1001),
    };
    const livenessOf = (fields: Parameters<typeof aWorld>[0]) => plan(aWorld(fields)).verdicts[0]?.liveness;
    expect(livenessOf({ entries: [anEntry(name)], observation: elsewhere })).toBe('alive');
    expect(livenessOf({ entries: [anEntry(name)], observation: elsewhere, formerMemory: remembered })).toBe('gone');
    expect(livenessOf({ entries: [anEntry(name, { socket: 'default' })], observation: elsewhere })).toBe('gone');
    expect(livenessOf({ entries: [anEntry(name, { socket: 'scratch' })], observation: elsewhere })).toBe('alive');
  });

  test('a hung server leaves it unknown, and is named with its cure', () => {
    const blind = { sockets: new Map([[defaultSocket, hung]]), panes: deadPids(1001) };
    const key = driftKey('/home/me/agent-sessions.yaml', 'session-gone', anEntry(name), []);
    const ledger = opened({ key, kind: 'session-gone', session: name });
    const made = plan(aWorld({ entries: [anEntry(name)], observation: blind, formerMemory: remembered, ledger }));
    expect({ drifts: made.drifts, blind: made.blind, edits: made.silentEdits }).toEqual({
      drifts: [],
      edits: [],
      blind: [
        {
          source: `tmux:${defaultSocket}`,
          since: now,
          reason: 'no answer in 2000 ms',
          cure: 'see whether the server is stopped',
        },
      ],
    });
    expect(made.absentDrifts).toEqual(undecided);
  });

  test('names are compared as tmux writes them, and never by prefix', () => {
    const entry = anEntry('a.b:c', { pane: null });
    const livenessWith = (listedName: string, version: string) => {
      const sockets = new Map([[defaultSocket, listed([aSession(listedName)], { version })]]);
      return plan(aWorld({ entries: [entry], observation: { sockets }, looksAgain: 1 })).verdicts[0]?.liveness;
    };
    expect(livenessWith('a_b_c', '3.3a')).toBe('alive');
    expect(livenessWith('a_b_c', '3.7c')).toBe('gone');
    expect(livenessWith('a_b_c-2', '3.3a')).toBe('gone');
  });

  test('a pinned status is not written; the drift is told, and says so', () => {
    const world = { entries: [anEntry(name, { pin: ['status'] })], observation: gone, formerMemory: remembered };
    expect(plan(aWorld(world)).drifts).toMatchObject([
      { edits: [], message: `${name}: tmux gone (was pane 1001, cmd claude). Left as it is: status is pinned.` },
    ]);
  });

  test.each([
    ['a part of what would be written', ['pane.pid']],
    ['what it is part of', ['pane']],
  ])('a field is pinned by its dotted name too: %s', (_, pin) => {
    const session = aSession(name, { panes: [aPane(2002)] });
    const observation = {
      sockets: new Map([[defaultSocket, listed([session])]]),
      panes: trees(aTree(aProcess(2002, { argv: ['claude'] }))),
    };
    const editsWith = (pins: readonly string[]) =>
      plan(aWorld({ entries: [anEntry(name, { pin: pins })], observation, formerMemory: remembered })).silentEdits;
    expect(editsWith([])).toMatchObject([{ path: ['pane', 'pid'] }]);
    expect(editsWith(pin)).toEqual([]);
  });

  test('an undone repair is held back until the text of its entry changes', () => {
    const world = { observation: gone, formerMemory: remembered };
    const [drift] = plan(aWorld({ ...world, entries: [anEntry(name)] })).drifts;
    const undone = new Map([['id', { key: drift?.key ?? '', entryId: named(name), textHash: `text of ${name}` }]]);
    const editsOf = (textHash: string) =>
      plan(aWorld({ ...world, entries: [anEntry(name, { textHash })], ledger: { undone } })).drifts[0]?.edits.length;
    expect(editsOf(`text of ${name}`)).toBe(0);
    expect(editsOf('edited by a person')).toBe(3);
  });

  test('a value that is an anchor of others is not written, and the reason is deferred', () => {
    const world = { entries: [anEntry(name, { shared: ['status'] })], observation: gone, formerMemory: remembered };
    expect(plan(aWorld(world))).toMatchObject({
      drifts: [{ edits: [] }],
      deferred: [{ entry: { session: name }, reason: 'status is an anchor that others use', until: null }],
    });
  });

  test('a field of another shape is not written over, and no repair is half made; it is told by itself', () => {
    const misshapen = [{ path: 'terminated_at', line: 9, words: 'a list where a single word belongs' }];
    const made = plan(aWorld({ entries: [anEntry(name, { misshapen })], observation: gone, formerMemory: remembered }));
    const reason = 'terminated_at is a list where a single word belongs';
    expect(made.drifts.map(({ message, edits }) => [message, edits])).toEqual([
      [`${name}: tmux gone (was pane 1001, cmd claude). Left as it is: ${reason}.`, []],
      [
        `${name}: terminated_at in line 9 is a list where a single word belongs. That is left alone, and so is what would change it.`,
        [],
      ],
    ]);
    expect(made.deferred).toEqual([{ entry: { session: name, socket: null }, reason, until: null }]);
  });

  test('an entry that is an anchor itself is left whole, and nothing is said to be written', () => {
    const world = { entries: [anEntry(name, { shared: [''] })], observation: gone, formerMemory: remembered };
    expect(plan(aWorld(world))).toMatchObject({
      drifts: [
        { edits: [], message: expect.stringMatching(/\. Left as it is: the entry is an anchor that others use\.$/) },
      ],
      deferred: [{ reason: 'the entry is an anchor that others use' }],
    });
  });

  test('of two entries of one name on two sockets each is put off, and left undecided, by itself', () => {
    const [here, there] = [anEntry(name, { socket: 'default' }), anEntry(name, { socket: 'scratch', pane: null })];
    const scratch = socketAt('/tmp/tmux-1000/scratch');
    const world = {
      entries: [here, there],
      registry: { mtime: now - 1000 },
      formerMemory: { ...remembered, entries: { [entryId(here)]: seenBefore } },
    };
    const observation = { ...gone, sockets: new Map([...gone.sockets, [scratch, listed([aSession(name)])]]) };
    const made = plan(aWorld({ ...world, observation }));
    expect(made.drifts.map(({ kind, edits }) => [kind, edits.map(({ entry }) => entry.socket)])).toEqual([
      ['session-gone', ['default', 'default', 'default']],
    ]);
    const hungThere = { ...gone, sockets: new Map([...gone.sockets, [scratch, hung]]) };
    const absent = [here, there].map((entry) => {
      const key = driftKey('/home/me/agent-sessions.yaml', 'agent-exited', entry, []);
      const ledger = opened({ key, kind: 'agent-exited', session: name });
      return plan(aWorld({ ...world, registry: {}, observation: hungThere, ledger })).absentDrifts;
    });
    expect(absent).toEqual([over(), undecided]);
  });

  test('an entry that changed 2 s ago is left for the next look', () => {
    const world = { entries: [anEntry(name)], registry: { mtime: now - 2000 }, observation: gone };
    expect(plan(aWorld(world))).toMatchObject({
      drifts: [],
      deferred: [{ entry: { session: name, socket: null }, reason: 'entry changed 2 s ago', until: now + 3000 }],
      lookAgain: { kind: 'settle', afterMs: 3000, because: 'settle 1 session that changed just now' },
    });
  });

  test('ignored, half typed and unknown entries are left alone', () => {
    const entries = [
      anEntry('a', { ignore: true }),
      anEntry('b', { status: null }),
      anEntry('c', { status: null, halfTyped: 'is null' }),
    ];
    expect(plan(aWorld({ entries, observation: gone })).drifts.map((drift) => drift.message)).toEqual([
      'c: its entry in line 3 is half typed (is null). Left alone.',
    ]);
  });

  test('an entry that is left alone for the shape of its status is told, if the user does not want it ignored', () => {
    const misshapen = [{ path: 'status', line: 3, words: 'a list where a single word belongs' }];
    const entries = [
      anEntry('a', { status: null, misshapen }),
      anEntry('b', { status: null, misshapen, ignore: true }),
      anEntry('c', { status: null, misshapen: misshapen.map((one) => ({ ...one, path: 'pane' })) }),
    ];
    expect(plan(aWorld({ entries, observation: gone })).drifts.map((drift) => drift.message)).toEqual([
      'a: status in line 3 is a list where a single word belongs. That is left alone, and so is what would change it.',
    ]);
  });
});

describe('session-unregistered', () => {
  test('a session with a name of ours and no entry gets one', () => {
    const { drifts } = plan(aWorld({ observation: inPlace }));
    expect(drifts).toMatchObject([
      {
        kind: 'session-unregistered',
        session: name,
        message: `${name}: tmux found but not in YAML. Auto-registered.`,
        dryRunMessage: `${name}: tmux found but not in YAML. Would be registered.`,
        seen: `${name}: tmux found but not in YAML.`,
      },
    ]);
    expect(drifts[0]?.edits).toEqual([
      {
        op: 'register',
        entry: { session: name, socket: null },
        fields: {
          workspace: 'lab',
          agent: 'claude',
          cwd: '/home/me/lab',
          status: 'running',
          created_at: '2026-07-01T07:00:30Z',
          pane: { pid: 1001, cmd: 'claude', cwd: '/home/me/lab' },
          claude_session_id_own: null,
          last_visible_status: 'auto-registered',
        },
      },
    ]);
  });

  test('on another socket, with the other agent', () => {
    const scratch = socketAt('/tmp/tmux-1000/scratch');
    const sockets = new Map([[scratch, listed([aSession('x-creator-agy')])]]);
    const [drift] = plan(aWorld({ observation: { sockets } })).drifts;
    expect(drift?.edits).toMatchObject([
      {
        entry: { session: 'x-creator-agy', socket: scratch },
        fields: { agent: 'agy', tmux_socket: scratch, agent_identities: { agy: { conversation_id: null } } },
      },
    ]);
  });

  test('not while it is younger than 5 s, nor when a person took its entry out', () => {
    const young = { sockets: new Map([[defaultSocket, listed([aSession(name, { created: now - 2000 })])]]) };
    expect(plan(aWorld({ observation: young }))).toMatchObject({
      drifts: [],
      deferred: [{ reason: 'session created 2 s ago' }],
      lookAgain: { kind: 'settle', afterMs: 3000 },
    });
    const deleted = plan(aWorld({ observation: inPlace, formerMemory: remembered }));
    const incarnation = rememberedIncarnation(seenBefore.seen);
    expect(incarnation).toBe(`${defaultSocket}\u0000900\u0000start-900\u0000$1`);
    expect(deleted).toMatchObject({ drifts: [], tombstones: [{ incarnation, session: name }] });
    const ledger = { tombstones: new Set([incarnation]) };
    expect(plan(aWorld({ observation: inPlace, ledger })).drifts).toEqual([]);
    // Its server hangs in the only pass that still remembers the entry, or is not asked any more.
    for (const sockets of [new Map([[defaultSocket, hung]]), new Map()]) {
      const made = plan(aWorld({ observation: { sockets }, formerMemory: remembered }));
      expect(made.tombstones).toEqual([{ incarnation, session: name }]);
    }
    const ended = { sockets: new Map([[defaultSocket, listed([other])]]) };
    expect(plan(aWorld({ observation: ended, formerMemory: remembered })).tombstones).toEqual([]);
  });
});

describe('agent-exited', () => {
  const shell = {
    sockets: inPlace.sockets,
    panes: trees(aTree(aProcess(1001, { argv: ['-bash'], exe: '/usr/bin/bash' }))),
  };
  const shellFor = (ms: number) => ({
    formerMemory: { ...remembered, entries: { [name]: { ...seenBefore, shellSince: now - ms } } },
  });

  test('a bare shell is remembered first, and said a second later', () => {
    const first = plan(aWorld({ entries: [anEntry(name)], observation: shell, formerMemory: remembered }));
    expect(first).toMatchObject({ drifts: [], lookAgain: null, verdicts: [{ liveness: 'alive', activity: 'exited' }] });
    expect(first.nextMemory.entries[named(name)]?.shellSince).toBe(now);
    const second = plan(aWorld({ entries: [anEntry(name)], observation: shell, ...shellFor(1000) }));
    expect(second.drifts).toMatchObject([
      {
        kind: 'agent-exited',
        class: 'F',
        message: `${name}: claude exited, only its shell (pane 1001) is left. Noted as agent-exited.`,
        edits: [{ path: ['last_visible_status'], from: null, to: 'agent-exited' }],
      },
    ]);
  });

  const bash = (pid: number, fields: Partial<Process> = {}) =>
    aProcess(pid, { argv: ['bash'], exe: '/usr/bin/bash', foregroundGroup: 1001, ...fields });
  const below = (fields: Partial<Process>) =>
    aProcess(1002, { ppid: 1001, exe: null, foregroundGroup: 1001, ...fields });
  const withAgent = (agent: EntryMemory['agent']) => ({
    formerMemory: { ...remembered, entries: { [name]: { ...seenBefore, agent, shellSince: now - 9000 } } },
  });
  const kindsIn = (tree: PaneTree, claude = claudeLook(), agent: EntryMemory['agent'] = null) => {
    const observation = { ...shell, panes: trees(tree), claude };
    return plan(aWorld({ entries: [anEntry(name)], observation, ...withAgent(agent) })).drifts.map(({ kind }) => kind);
  };
  const inFront = { foregroundGroup: 1002 };

  test.each<[string, PaneTree]>([
    ['a shell with arguments', aTree(bash(1001, { argv: ['bash', '--rcfile', '/tmp/rc', '-i'] }))],
    ['a helper of its prompt', aTree(bash(1001), { descendants: [below({ argv: ['gitstatusd'] })] })],
    ['a server in the background', aTree(bash(1001), { descendants: [below({ argv: ['npm', 'run', 'dev'] })] })],
    ['a headless run in the background', aTree(bash(1001), { descendants: [below({ argv: ['claude', '-p', 'x'] })] })],
    ['a helper with a terminal of its own', aTree(bash(1001), { descendants: [below({ argv: ['zsh'], tty: 7 })] })],
    [
      'a nested shell (nix develop)',
      aTree(bash(1001, inFront), { descendants: [bash(1002, { ...inFront, argv: ['bash', '--rcfile', '/nix/rc'] })] }),
    ],
    [
      "a shell after the agent (sh -c 'claude; bash')",
      aTree(bash(1001, { ...inFront, argv: ['sh', '-c', 'claude; bash'] }), { descendants: [bash(1002, inFront)] }),
    ],
  ])('the agent has exited: %s', (_, tree) => expect(kindsIn(tree)).toEqual(['agent-exited']));

  test.each<[string, PaneTree]>([
    ['the shell is not in the foreground', aTree(bash(1001, { foregroundGroup: 5 }))],
    ['a script', aTree(bash(1001, { argv: ['/bin/bash', '/usr/local/bin/wrapper'] }))],
    ['ssh', aTree(bash(1001, inFront), { descendants: [below({ argv: ['ssh', 'host'], ...inFront })] })],
    ['a nested terminal', aTree(bash(1001, inFront), { descendants: [below({ argv: ['tmux'], ...inFront })] })],
    [
      'ssh in a subshell',
      aTree(bash(1001, inFront), {
        descendants: [bash(1002, inFront), aProcess(1003, { argv: ['ssh', 'host'], processGroup: 1002, ...inFront })],
      }),
    ],
    ['an agent that was put into the background', aTree(bash(1001), { descendants: [below({ argv: ['claude'] })] })],
    ['another agent in the background', aTree(bash(1001), { descendants: [below({ argv: ['agy'] })] })],
    ['no terminal', aTree(bash(1001, { tty: 0 }))],
  ])('not known whether it has exited: %s', (_, tree) => expect(kindsIn(tree)).toEqual([]));

  test('an agent under a wrapper is known by its own record, and by what an earlier look proved', () => {
    const wrapped = below({ argv: ['my-claude'] });
    const tree = aTree(bash(1001), { descendants: [wrapped] });
    expect(kindsIn(tree, claudeLook({ live: new Map([[1002, claudeLive(1002, 'id')]]) }))).toEqual([]);
    const agent = { pid: 1002, start: wrapped.start, id: null, proof: null, root: null };
    expect(kindsIn(tree, claudeLook(), agent)).toEqual([]);
  });

  describe('a session that was restored as a bare shell', () => {
    const restored = {
      sockets: new Map([[defaultSocket, listed([aSession(name, { panes: [aPane(2002, { command: 'bash' })] })])]]),
    };
    const observation = { ...restored, panes: trees(aTree(bash(2002, { foregroundGroup: 2002 }))) };
    const formerMemory = (shellSince: number | null) => ({
      entries: { [name]: { ...seenBefore, seen: null, agent: null, shellSince } },
    });
    const newPane = [
      { path: ['pane', 'pid'], from: 1001, to: 2002 },
      { path: ['pane', 'cmd'], from: 'claude', to: 'bash' },
    ];

    test('is no silent new pane: the exit is written first, or with it', () => {
      expect(plan(aWorld({ entries: [anEntry(name)], observation, formerMemory: formerMemory(null) }))).toMatchObject({
        drifts: [],
        silentEdits: [],
      });
      expect(
        plan(aWorld({ entries: [anEntry(name)], observation, formerMemory: formerMemory(now - 1000) })),
      ).toMatchObject({
        drifts: [{ kind: 'agent-exited' }],
        silentEdits: newPane,
      });
      const pinned = anEntry(name, { pin: ['last_visible_status'] });
      expect(plan(aWorld({ entries: [pinned], observation, formerMemory: formerMemory(now - 1000) }))).toMatchObject({
        drifts: [{ kind: 'agent-exited', edits: [] }],
        silentEdits: [],
      });
    });

    test('had an agent if its entry records a conversation; else it may still wait for one', () => {
      const pane = { pid: 1001, cmd: 'bash', cwd: null };
      const drifts = (own: string | null) =>
        plan(
          aWorld({
            entries: [anEntry(name, { pane, ids: idsOf({ own }) })],
            observation,
            formerMemory: formerMemory(now - 1000),
          }),
        ).drifts.filter(({ kind }) => kind === 'agent-exited');
      expect(drifts('11111111-0000-4000-8000-000000000000')).toHaveLength(1);
      expect(drifts(null)).toEqual([]);
    });

    test('with further panes is left alone while something else runs in one of them', () => {
      const panes = [aPane(2002, { command: 'bash' }), aPane(2003, { command: 'ssh' })];
      const sockets = new Map([[defaultSocket, listed([aSession(name, { panes })])]]);
      const both = trees(
        aTree(bash(2002, { foregroundGroup: 2002 })),
        aTree(aProcess(2003, { argv: ['ssh', 'host'], exe: null })),
      );
      const world = {
        entries: [anEntry(name)],
        observation: { sockets, panes: both },
        formerMemory: formerMemory(now - 1000),
      };
      expect(plan(aWorld(world)).drifts).toEqual([]);
    });
  });

  test('the former word is in the log too: the memory may be deleted', () => {
    const ledger = { formerWords: new Map([[named(name), 'reviewing the docs']]) };
    const entries = [anEntry(name, { lastVisibleStatus: 'agent-exited' })];
    expect(plan(aWorld({ entries, observation: inPlace, ledger }))).toMatchObject({
      silentEdits: [{ path: ['last_visible_status'], from: 'agent-exited', to: 'reviewing the docs' }],
    });
  });

  test('the former word returns with the agent, silently', () => {
    const memory = { ...seenBefore, formerVisibleStatus: 'idle' };
    const world = {
      entries: [anEntry(name, { lastVisibleStatus: 'agent-exited' })],
      observation: inPlace,
      formerMemory: { ...remembered, entries: { [name]: memory } },
    };
    expect(plan(aWorld(world))).toMatchObject({
      drifts: [],
      silentEdits: [{ path: ['last_visible_status'], from: 'agent-exited', to: 'idle' }],
    });
  });
});

describe('entries that say terminated', () => {
  const terminated = (at: number | null) =>
    anEntry(name, { status: 'terminated', terminatedAt: at, terminationMode: 'user' });

  test('a younger session that runs an agent is running again', () => {
    const { drifts } = plan(aWorld({ entries: [terminated(longAgo - 1000)], observation: inPlace }));
    expect(drifts).toMatchObject([
      {
        kind: 'session-revived',
        message: `${name}: runs again since 2026-07-01T07:00:30Z (pane 1001, cmd claude). Marked running.`,
      },
    ]);
    expect(drifts[0]?.edits.map((edit) => (edit.op === 'set' ? [edit.path.join('.'), edit.to] : []))).toEqual([
      ['status', 'running'],
      ['terminated_at', null],
      ['termination_mode', null],
    ]);
  });

  test('in the same second: another one if the monitor marked it, because no session of that name was there', () => {
    const kindsWith = (terminationMode: string) =>
      plan(aWorld({ entries: [{ ...terminated(longAgo), terminationMode }], observation: inPlace })).drifts.map(
        (drift) => drift.kind,
      );
    expect(kindsWith('auto-detected')).toEqual(['session-revived']);
    expect(kindsWith('user')).toEqual(['terminated-but-alive']);
  });

  test('the session that was there before still runs: said, not written', () => {
    for (const at of [null, longAgo, now - 60_000]) {
      const { drifts, verdicts } = plan(aWorld({ entries: [terminated(at)], observation: inPlace }));
      expect(drifts).toMatchObject([{ kind: 'terminated-but-alive', class: 'H', edits: [] }]);
      expect(verdicts).toMatchObject([{ liveness: 'alive', outlives: true }]);
    }
  });

  test('a younger session does not outlive its entry, also while its entry is too young to be repaired', () => {
    const entries = [terminated(longAgo - 1000)];
    for (const registry of [{}, { mtime: now - 1000 }]) {
      const { verdicts } = plan(aWorld({ entries, observation: inPlace, registry }));
      expect(verdicts).toMatchObject([{ liveness: 'alive', outlives: false }]);
    }
    expect(plan(aWorld({ entries: [anEntry(name)], observation: inPlace })).verdicts).toMatchObject([
      { liveness: 'alive', outlives: false },
    ]);
  });

  test('terminated and gone is as it should be, also where tmux is missing', () => {
    const missing = { sockets: new Map([[defaultSocket, hung]]) };
    expect(plan(aWorld({ entries: [terminated(longAgo)] }))).toMatchObject({ drifts: [], blind: [] });
    expect(plan(aWorld({ entries: [terminated(longAgo)], observation: missing }))).toMatchObject({
      drifts: [],
      blind: [],
    });
  });
});

describe('session-renamed', () => {
  test('the pane lives on under a name of ours: neither gone nor unregistered', () => {
    const renamed = {
      sockets: new Map([[defaultSocket, listed([aSession('new-creator-claude')])]]),
      panes: inPlace.panes,
    };
    const made = plan(aWorld({ entries: [anEntry(name)], observation: renamed, formerMemory: remembered }));
    expect(made.drifts).toMatchObject([
      {
        kind: 'session-renamed',
        class: 'I',
        message: `${name}: the tmux session is called new-creator-claude now. Rename the entry, or take the name back.`,
        edits: [],
      },
    ]);
    expect(made.verdicts).toMatchObject([{ liveness: 'alive', pane: '%1001' }]);
  });

  describe('while another session bears the old name', () => {
    const ids = ['87dc548e-0000-4000-8000-000000000000', '11dc548e-0000-4000-8000-000000000000'] as const;
    const entryOf = (session: string, pid: number, fields: Partial<Entry> = {}): Entry =>
      anEntry(session, { pane: { pid, cmd: 'claude', cwd: '/home/me/lab' }, ...fields });
    const [one, two] = [
      entryOf('one', 1001, { ids: idsOf({ own: ids[0], claude: undefined, agy: undefined }) }),
      entryOf('two', 1002, { ids: idsOf({ own: ids[1], claude: undefined, agy: undefined }) }),
    ];
    const memoryOf = (session: string, sessionId: string, panePid: number) => {
      const seen = { ...seenBefore.seen, sessionId, panePid, paneStart: `start-${panePid}` };
      return { ...seenBefore, textHash: `text of ${session}`, seen };
    };
    const formerMemory = {
      bootId: 'boot-1',
      entries: { one: memoryOf('one', '$1', 1001), two: memoryOf('two', '$2', 1002) },
    };
    const panes = trees(aTree(aProcess(1001)), aTree(aProcess(1002)), aTree(aProcess(1003)));
    const records = ids.map((id, index) => [1001 + index, claudeLive(1001 + index, id)] as const);
    const artifacts = new Map(ids.map((id) => [id, { path: `/t/${id}.jsonl`, size: 1, mtime: longAgo }]));
    const claude = claudeLook({ live: new Map(records), artifacts });
    const planWith = (
      names: readonly [string, string],
      entries: readonly Entry[],
      others: readonly TmuxSession[] = [],
    ) =>
      plan(
        aWorld({
          entries,
          formerMemory,
          observation: {
            sockets: new Map([
              [
                defaultSocket,
                listed([
                  aSession(names[0], { id: '$1', panes: [aPane(1001)] }),
                  aSession(names[1], { id: '$2', panes: [aPane(1002)] }),
                  ...others,
                ]),
              ],
            ]),
            panes,
            claude,
          },
        }),
      );

    test('two that swapped their names are both said to be renamed, and nothing is written', () => {
      const made = planWith(['two', 'one'], [one, two]);
      expect(made.drifts.map(({ message, edits }) => [message, edits])).toEqual([
        ['one: the tmux session is called two now. Rename the entry, or take the name back.', []],
        ['two: the tmux session is called one now. Rename the entry, or take the name back.', []],
      ]);
      expect(made.silentEdits).toEqual([]);
      expect(made.nextMemory.entries[named('one')]?.seen).toEqual(formerMemory.entries.one.seen);
      expect(planWith(['one', 'two'], [one, two]).drifts, 'the names are back').toEqual([]);
    });

    test('a new session of that name is not taken for it', () => {
      const fresh = aSession('one', { id: '$3', panes: [aPane(1003)] });
      const made = planWith(['old-creator-claude', 'two'], [one, two], [fresh]);
      expect(made.drifts.map(({ kind, session }) => [kind, session])).toEqual([['session-renamed', 'one']]);
      expect(made.silentEdits).toEqual([]);
    });

    test.each([
      ['ended', { status: 'terminated', terminatedAt: longAgo - hour }],
      ['died', { status: 'running', pane: { pid: 1004, cmd: 'claude', cwd: '/home/me/lab' } }],
    ] as const)('an entry of that name, whose own session %s, is not judged by it', (_what, fields) => {
      const former = { ...two, ...fields };
      const observation = {
        sockets: new Map([[defaultSocket, listed([aSession('two', { id: '$1', panes: [aPane(1001)] })])]]),
        panes: new Map([...panes, ...deadPids(1004)]),
        claude,
      };
      const entries = { one: formerMemory.entries.one, two: memoryOf('two', '$2', 1004) };
      const made = plan(aWorld({ entries: [one, former], observation, formerMemory: { ...formerMemory, entries } }));
      expect(made.drifts.map(({ kind, session }) => [kind, session])).toEqual([['session-renamed', 'one']]);
      expect(made.silentEdits).toEqual([]);
      expect(made.verdicts.map(({ liveness }) => liveness)).toEqual(['alive', 'unknown']);
    });

    test('who renames the entries, or writes the pane that he means, has settled it', () => {
      const renamed = [
        { ...two, session: 'one', textHash: 'edited' },
        { ...one, session: 'two', textHash: 'edited' },
      ];
      expect(planWith(['two', 'one'], renamed).drifts).toEqual([]);
      const withoutPane = { ...one, pane: null, ids: two.ids, textHash: 'edited' };
      const noPane = planWith(['two', 'one'], [withoutPane, two]);
      expect(noPane.drifts.map(({ kind, session }) => [kind, session])).toEqual([['session-renamed', 'two']]);
      expect(noPane.nextMemory.entries[named('one')]?.seen?.panePid).toBe(1002);
    });
  });
});

test('a copied entry that names the pane of another one is not that session renamed', () => {
  const entries = [anEntry(name), anEntry('copy')];
  const made = plan(aWorld({ entries, observation: inPlace, formerMemory: remembered, looksAgain: 1 }));
  expect(made.drifts).toEqual([]);
  expect(made.verdicts.map((verdict) => verdict.liveness)).toEqual(['alive', 'unknown']);
});

test('a new pane of a running entry is written silently', () => {
  const again = {
    sockets: new Map([
      [defaultSocket, listed([aSession(name, { id: '$2', panes: [aPane(2002, { command: 'node' })] })])],
    ]),
    panes: trees(aTree(aProcess(2002))),
  };
  const made = plan(aWorld({ entries: [anEntry(name)], observation: again, formerMemory: remembered }));
  expect(made.drifts).toEqual([]);
  expect(made.silentEdits.map((edit) => (edit.op === 'set' ? [edit.path, edit.from, edit.to] : []))).toEqual([
    [['pane', 'pid'], 1001, 2002],
    [['pane', 'cmd'], 'claude', 'node'],
  ]);
});

describe('mass events', () => {
  const names = ['a', 'b', 'c'];
  const entries = names.map((one, index) => anEntry(one, { pane: { pid: 2000 + index, cmd: 'claude', cwd: null } }));
  const panes = deadPids(2000, 2001, 2002);
  const dead = { sockets: new Map([[defaultSocket, noServer]]), panes };

  test('one more look, then one drift for all', () => {
    const world = { entries, observation: dead, formerMemory: { bootId: 'boot-1' } };
    expect(plan(aWorld(world))).toMatchObject({
      drifts: [],
      lookAgain: { kind: 'confirm', afterMs: 1000, because: '3 sessions are gone with their tmux server' },
    });
    const made = plan(aWorld({ ...world, looksAgain: 1 }));
    expect(made.drifts).toMatchObject([
      {
        kind: 'tmux-server-died',
        class: 'J',
        session: null,
        sessions: names,
        message: 'The tmux server died: 3 sessions are gone (a, b, c). Marked terminated.',
        dryRunMessage: 'The tmux server died: 3 sessions are gone (a, b, c). Would be marked terminated.',
        seen: 'The tmux server died: 3 sessions are gone (a, b, c).',
      },
    ]);
    expect(made.drifts[0]?.edits).toHaveLength(9);
  });

  test('of many the first are named, and the sentence fits into a comment', () => {
    const many = Array.from({ length: 40 }, (_, index) => `${'long-'.repeat(12)}${10 + index}`);
    const observation = { sockets: dead.sockets, panes: deadPids(1001) };
    const [drift] = plan(aWorld({ entries: many.map((one) => anEntry(one)), observation, looksAgain: 1 })).drifts;
    const named = many.slice(0, 8).join(', ');
    expect(drift).toMatchObject({
      message: `The tmux server died: 40 sessions are gone (${named} and 32 more). Marked terminated.`,
      sessions: many,
    });
  });

  test('the machine booted since the last look, or since the entries were made', () => {
    const kindWith = (world: Parameters<typeof aWorld>[0]) =>
      plan(aWorld({ entries, looksAgain: 1, ...world })).drifts.map((drift) => drift.kind);
    const boot = { known: { id: 'boot-2', bootedAt: now - 60_000 } };
    expect(kindWith({ observation: { ...dead, boot }, formerMemory: { bootId: 'boot-1' } })).toEqual(['host-rebooted']);
    expect(kindWith({ observation: { ...dead, boot } })).toEqual(['host-rebooted']);
    expect(kindWith({ observation: { ...dead, boot }, formerMemory: { bootId: 'boot-2' } })).toEqual([
      'tmux-server-died',
    ]);
  });

  test('what a reboot left held back does not make a reboot of the next death of a server', () => {
    const pinned = entries.slice(0, 2).map((entry) => ({ ...entry, pin: ['status'] }));
    const boot = { known: { id: 'boot-2', bootedAt: now - 60_000 } };
    const world = { entries: pinned, observation: { ...dead, boot }, looksAgain: 1 };
    const first = plan(aWorld({ ...world, formerMemory: { bootId: 'boot-1' } }));
    expect(first.drifts).toMatchObject([{ kind: 'host-rebooted', edits: [] }]);
    const second = plan(aWorld({ ...world, formerMemory: first.nextMemory }));
    expect(second.drifts.map(({ key }) => key)).toEqual(first.drifts.map(({ key }) => key));
    const fresh = anEntry('d', { pane: { pid: 3000, cmd: 'claude', cwd: null } });
    const started = { sockets: new Map([[defaultSocket, listed([aSession('d', { panes: [aPane(3000)] })])]]), boot };
    const running = [...pinned, fresh];
    const alive = { ...started, panes: new Map([...panes, ...trees(aTree(aProcess(3000)))]) };
    const third = plan(aWorld({ ...world, entries: running, observation: alive, formerMemory: second.nextMemory }));
    const died = { ...dead, boot, panes: deadPids(2000, 2001, 3000) };
    const last = plan(aWorld({ ...world, entries: running, observation: died, formerMemory: third.nextMemory }));
    expect(last.drifts.map(({ kind }) => kind)).toEqual(['tmux-server-died']);
  });

  test('where it lives on behind the path of another one, nothing is said of them, and the cure is', () => {
    const other = { server: aServer([], { pid: 901, startedAt: now - 60_000 }), hidden: [900], said: 'complete list' };
    const observation = { sockets: new Map([[defaultSocket, { known: other }]]), panes };
    const made = plan(aWorld({ entries, observation, looksAgain: 1 }));
    expect(made.drifts).toEqual([]);
    expect(made.verdicts.map(({ liveness }) => liveness)).toEqual(entries.map(() => 'unknown'));
    expect(made.blind).toMatchObject([
      { source: `tmux:${defaultSocket}`, cure: expect.stringContaining('kill -USR1 900') },
    ]);
  });

  test('whatever listens at the socket now, the server that ran them is gone', () => {
    const another = {
      known: { server: aServer([], { pid: 901, startedAt: now - 60_000 }), hidden: [], said: 'complete list' },
    };
    const observation = { sockets: new Map([[defaultSocket, another]]), panes };
    expect(plan(aWorld({ entries, observation, looksAgain: 1 })).drifts.map((drift) => drift.kind)).toEqual([
      'tmux-server-died',
    ]);
  });

  test('with the server alive each goes on its own, after the extra look', () => {
    const observation = { sockets: new Map([[defaultSocket, listed([other])]]), panes };
    expect(plan(aWorld({ entries, observation })).lookAgain).toMatchObject({ kind: 'confirm', afterMs: 1000 });
    expect(plan(aWorld({ entries, observation, looksAgain: 1 })).drifts.map((drift) => drift.kind)).toEqual([
      'session-gone',
      'session-gone',
      'session-gone',
    ]);
  });

  test('it waits for the last of them to settle', () => {
    const world = { entries, observation: dead, registry: { mtime: now - 1000 }, looksAgain: 1 };
    expect(plan(aWorld(world))).toMatchObject({ drifts: [], lookAgain: { kind: 'settle', afterMs: 4000 } });
  });

  test('an undo of all holds the death of each, until its text or its session changes', () => {
    const seen = (id: string, serverPid = 900) => {
      const panePid = 2000 + names.indexOf(id);
      const memory = { ...seenBefore, textHash: `text of ${id}` };
      return { ...memory, seen: { ...seenBefore.seen, serverPid, sessionId: id, panePid } };
    };
    const formerMemory = { bootId: 'boot-1', entries: Object.fromEntries(names.map((one) => [one, seen(one)])) };
    const world = { entries, formerMemory, looksAgain: 1 };
    const [event] = plan(aWorld({ ...world, observation: dead })).drifts;
    const undone = new Map(
      pairsOf(event?.entryKeys ?? {}).map(([id, key]) => [id, { key, entryId: id, textHash: `text of ${id}` }]),
    );
    const again = (more: Parameters<typeof aWorld>[0]) =>
      plan(aWorld({ ...world, ledger: { undone }, ...more })).drifts.map(({ kind, edits }) => [kind, edits.length]);
    expect(again({ observation: dead })).toEqual([['tmux-server-died', 0]]);
    // One of them runs again: the others are no mass event any more.
    const restarted = listed([aSession('a', { panes: [aPane(9009)] })], { pid: 901, startedAt: now - 60_000 });
    const one = { sockets: new Map([[defaultSocket, restarted]]), panes };
    expect(again({ observation: one, entries: entries.slice(0, 2) })).toEqual([['session-gone', 0]]);
    const edited = entries.map((entry) => ({ ...entry, textHash: `${entry.textHash}, edited` }));
    expect(again({ observation: one, entries: edited.slice(0, 2), registry: { mtime: longAgo } })).toEqual([
      ['session-gone', 3],
    ]);
    const later = { ...formerMemory, entries: { ...formerMemory.entries, b: seen('b', 5) } };
    expect(again({ observation: one, entries: entries.slice(0, 2), formerMemory: later })).toEqual([
      ['session-gone', 3],
    ]);
  });

  test('who was told with the others is not told again, and is written once nothing holds it back', () => {
    const held = entries.map((entry, index) => (index === 0 ? entry : { ...entry, pin: ['status'] }));
    const [event] = plan(aWorld({ entries: held, observation: dead, looksAgain: 1 })).drifts;
    if (event === undefined) throw new Error('no event');
    const open: OpenDrift = { id: driftNamed('j'), openedAt: now, ...event };
    const ledger = { open: new Map([[open.id, open]]) };
    const again = (left: readonly Entry[]) => plan(aWorld({ entries: left, observation: dead, ledger }));
    const left = again(held.slice(1));
    expect(left.drifts).toMatchObject([
      {
        key: open.key,
        message:
          'The tmux server died: 2 sessions are gone (b, c). Left as they are: b (status is pinned), c (status is pinned).',
        edits: [],
      },
    ]);
    expect(left.lookAgain).toBeNull();
    const loose = again(entries.slice(2));
    expect(loose.drifts).toMatchObject([
      { key: open.key, message: 'The tmux server died: 1 session is gone (c). Marked terminated.' },
    ]);
    expect(loose.drifts[0]?.edits).toHaveLength(3);
    const touched = entries.slice(2).map((entry) => ({ ...entry, textHash: 'edited' }));
    const typing = plan(aWorld({ entries: touched, observation: dead, ledger, registry: { mtime: now - 1000 } }));
    expect(typing.drifts).toMatchObject([{ key: open.key, edits: [] }]);
    const unseen = new Map([2001, 2002].map((pid) => [pid, { blind: 'EACCES', cure: 'mount /proc' }]));
    const blind = plan(
      aWorld({ entries: held.slice(1), observation: { sockets: dead.sockets, panes: unseen }, ledger }),
    );
    expect([blind.drifts, blind.absentDrifts]).toEqual([[], [{ kind: 'undecided', id: 'j' }]]);
    const ended = again(entries.map((entry) => ({ ...entry, status: 'terminated' })));
    expect([ended.drifts, ended.absentDrifts]).toEqual([[], [{ kind: 'over', id: 'j', message: null }]]);
    const later = anEntry('d', { pane: { pid: 2000, cmd: 'claude', cwd: null } });
    expect(again([...held.slice(1), later]).drifts.map(({ kind, session }) => [kind, session])).toEqual([
      ['session-gone', 'd'],
      ['tmux-server-died', null],
    ]);
  });

  test('a pinned status stays while the others are written', () => {
    const pinned = entries.map((entry, index) => (index === 0 ? { ...entry, pin: ['status'] } : entry));
    const [drift] = plan(aWorld({ entries: pinned, observation: dead, looksAgain: 1 })).drifts;
    expect(drift?.edits).toHaveLength(6);
    expect(drift?.message).toMatch(/2 marked terminated, the others left as they are: a \(status is pinned\)\.$/);
  });
});

describe('blind', () => {
  const blind = { sockets: new Map([[defaultSocket, hung]]) };

  test('said after 5 minutes, with the cure', () => {
    const source = `tmux:${defaultSocket}`;
    const since = (ms: number, seen = now) => ({ blind: { [source]: { since: now - ms, seen } } });
    const world = { entries: [anEntry(name)], observation: blind };
    expect(plan(aWorld({ ...world, formerMemory: since(299_000) })).drifts).toEqual([]);
    expect(plan(aWorld({ ...world, formerMemory: since(300_000) })).drifts).toMatchObject([
      {
        kind: 'blind',
        class: 'K',
        session: null,
        message:
          `Blind since 2026-07-01T08:55:30Z: tmux:${defaultSocket}: no answer in 2000 ms. ` +
          'Nothing is concluded from it. Cure: see whether the server is stopped.',
      },
    ]);
  });

  test('two looks far apart are not one blindness', () => {
    const world = { entries: [anEntry(name)], observation: blind };
    const source = `tmux:${defaultSocket}`;
    const sinceWith = (seen: number) =>
      plan(aWorld({ ...world, formerMemory: { blind: { [source]: { since: longAgo, seen } } } }));
    expect(sinceWith(now - 3_600_000).blind[0]?.since).toBe(longAgo);
    expect(sinceWith(now - 3_600_001)).toMatchObject({ drifts: [], blind: [{ since: now }] });
    expect(sinceWith(now - 59_000).nextMemory.blind[source]).toEqual({ since: longAgo, seen: now - 59_000 });
    expect(sinceWith(now - 61_000).nextMemory.blind[source]).toEqual({ since: longAgo, seen: now });
  });

  test('a hung scratch server blinds only entries that could be on it', () => {
    const sockets = new Map([...inPlace.sockets, [socketAt('/tmp/tmux-1000/scratch'), hung] as const]);
    expect(plan(aWorld({ entries: [anEntry(name)], observation: { ...inPlace, sockets } })).blind).toEqual([]);
    const nowhere = plan(
      aWorld({ entries: [anEntry('elsewhere', { pane: null })], observation: { ...inPlace, sockets } }),
    );
    expect(nowhere.blind.map((one) => one.source)).toEqual(['tmux:/tmp/tmux-1000/scratch']);
  });

  test('a socket path at which no server can listen blinds only its own entry', () => {
    const long = `/tmp/${'x'.repeat(110)}`;
    const sockets = new Map([...inPlace.sockets, [socketAt(long), hung] as const]);
    const entries = [anEntry('far', { socket: long, pane: null }), anEntry('gone', { pane: null })];
    const { verdicts } = plan(aWorld({ entries, observation: { ...inPlace, sockets }, looksAgain: 1 }));
    expect(verdicts.map(({ entry, liveness }) => [entry.session, liveness])).toEqual([
      ['far', 'unknown'],
      ['gone', 'gone'],
    ]);
  });
});

test('an unreadable file is one drift, whatever its line', () => {
  const file = { path: '/r.yaml', message: 'duplicate key', where: '/r.yaml:3:1', cure: 'remove one of them', at: now };
  expect(unreadableFileDrift(file)).toMatchObject({
    key: '["/r.yaml","registry-unreadable",null,null]',
    message: 'Registry unreadable: duplicate key (/r.yaml:3:1). Nothing is written. Cure: remove one of them.',
  });
});

describe('job-orphaned', () => {
  const running = { known: { state: 'running', runningSince: longAgo, updatedAt: null } } as const;
  const gone = { sockets: new Map([[defaultSocket, listed([other])]]), panes: deadPids(1001) };
  const jobs = (seen: Seen<DelegateJob | null>) => new Map([['job-3f2a', seen]]);
  const withJob = (fields: Partial<Entry> = {}) => anEntry(name, { jobId: 'job-3f2a', ...fields });
  const key = driftKey('/home/me/agent-sessions.yaml', 'job-orphaned', anEntry(name), ['job-3f2a']);
  const ledger = opened({ key, kind: 'job-orphaned', session: name });

  test('a job that runs in a session that is gone is said with its death, once the death is written too', () => {
    const observation = { ...gone, jobs: jobs(running) };
    const first = plan(aWorld({ entries: [withJob()], observation, formerMemory: remembered }));
    expect(first.drifts.map(({ kind }) => kind)).toEqual(['session-gone', 'job-orphaned']);
    const orphan = first.drifts[1];
    expect(orphan).toEqual({
      key: `["/home/me/agent-sessions.yaml","job-orphaned","${name}",null,"job-3f2a"]`,
      kind: 'job-orphaned',
      class: 'O',
      session: name,
      workspace: 'lab',
      agent: 'claude',
      message:
        `${name}: delegate job job-3f2a is running, but its session is gone. ` +
        'Resume the session, or end the job: asm jobs event job-3f2a failed',
      evidence: [{ source: 'jobs', said: 'job job-3f2a is running since 2026-07-01T07:00:30Z', at: now }],
      edits: [],
    });
    const entries = [withJob({ status: 'terminated', terminatedAt: now })];
    const later = plan(aWorld({ entries, observation, formerMemory: {} }));
    expect(later.drifts).toEqual([orphan]);
  });

  test('a terminated entry is said with what brings its session back', () => {
    const id = '87dc548e-0000-4000-8000-000000000000';
    const artifacts = new Map([[id, { path: `/t/${id}.jsonl`, size: 1, mtime: now }]]);
    const ids = idsOf({ own: id });
    const observation = { ...gone, jobs: jobs(running), claude: claudeLook({ artifacts }) };
    const { drifts } = plan(aWorld({ entries: [withJob({ status: 'terminated', ids })], observation }));
    expect(drifts).toMatchObject([{ kind: 'job-orphaned', resume: `cd /home/me/lab && claude --resume ${id}` }]);
  });

  test.each([
    ['is over', { known: { state: 'done', runningSince: null, updatedAt: null } }],
    ['waits', { known: { state: 'queued', runningSince: null, updatedAt: null } }],
    ['has no file any more', { known: null }],
  ] as const)('a job that %s is none, and closes what stood', (_, seen) => {
    const observation = { ...gone, jobs: jobs(seen) };
    const made = plan(aWorld({ entries: [withJob({ status: 'terminated' })], observation, ledger }));
    expect(made).toMatchObject({ drifts: [], blind: [] });
    expect(made.absentDrifts).toEqual(over());
  });

  test('the session is back: nothing, and what stood is closed', () => {
    const made = plan(aWorld({ entries: [withJob()], observation: { ...inPlace, jobs: jobs(running) }, ledger }));
    expect(made.drifts).toEqual([]);
    expect(made.absentDrifts).toEqual(over());
  });

  test('where the session is unknown nothing is said, and nothing closed', () => {
    const observation = { sockets: new Map([[defaultSocket, hung]]), jobs: jobs(running) };
    const made = plan(aWorld({ entries: [withJob()], observation, ledger }));
    expect(made.drifts).toEqual([]);
    expect(made.absentDrifts).toEqual(undecided);
  });

  test('a job that cannot be read is blindness where its session is gone, and only there', () => {
    const seen = { blind: 'job job-3f2a cannot be read: it is not JSON', cure: 'mend it' };
    const made = plan(
      aWorld({ entries: [withJob()], observation: { ...gone, jobs: jobs(seen) }, formerMemory: remembered, ledger }),
    );
    expect(made.drifts.map(({ kind }) => kind)).toEqual(['session-gone']);
    expect(made.blind).toEqual([{ source: 'jobs', since: now, reason: seen.blind, cure: seen.cure }]);
    expect(made.absentDrifts).toEqual(undecided);
    expect(plan(aWorld({ entries: [withJob()], observation: { ...inPlace, jobs: jobs(seen) } })).blind).toEqual([]);
  });

  test('a folder of jobs that is away is no blindness, and closes nothing', () => {
    const made = plan(aWorld({ entries: [withJob()], observation: gone, formerMemory: remembered, ledger }));
    expect(made.drifts.map(({ kind }) => kind)).toEqual(['session-gone']);
    expect(made.blind).toEqual([]);
    expect(made.absentDrifts).toEqual(undecided);
  });

  test('of many deaths at once it is said with their one cause', () => {
    const entries = [withJob({ pane: null }), anEntry('second', { pane: null })];
    const world = { entries, observation: { sockets: new Map([[defaultSocket, noServer]]), jobs: jobs(running) } };
    expect(plan(aWorld(world)).drifts).toEqual([]);
    const kinds = plan(aWorld({ ...world, looksAgain: 1 })).drifts.map(({ kind }) => kind);
    expect(kinds.toSorted()).toEqual(['job-orphaned', 'tmux-server-died']);
  });
});
