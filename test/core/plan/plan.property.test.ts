import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Edit } from '../../../src/core/model/drift.ts';
import { type Entry, entryId } from '../../../src/core/model/entry.ts';
import type { JobLook } from '../../../src/core/model/job.ts';
import type { ClaudeLook } from '../../../src/agents/claude/look.ts';
import type {
  Observation,
  PaneTree,
  Process,
  Seen,
  SocketState,
  TmuxSession,
} from '../../../src/core/model/observation.ts';
import { plan } from '../../../src/core/plan/make-plan.ts';
import { socketPath } from '../../../src/core/place/socket-path.ts';
import { withOwnWrites } from '../../../src/core/plan/remember.ts';
import type { Plan, PlanInput } from '../../../src/core/model/plan.ts';
import { applyEdits } from '../apply-edits.ts';
import { propertySeed } from '../property-seed.ts';
import {
  aPane,
  aProcess,
  aServer,
  aSession,
  aTranscript,
  aTree,
  aWorld,
  anEntry,
  claudeLive,
  claudeLook,
  defaultSocket,
  hung,
  idsOf,
  noServer,
  now,
} from '../world.ts';

const runs = { numRuns: 10_000, ...propertySeed };
const minute = 60_000;
const scratch = '/tmp/tmux-1000/scratch';
const names = ['a-creator-claude', 'b-creator-claude', 'c-creator-agy', 'plain', 'd.e-creator-claude'];
const pids = [1001, 1002, 1003, 1004, 1005, 1006];

const ids = ['1', '2', '3'].map((digit) => `${digit.repeat(8)}-0000-4000-8000-000000000000`);
const folder = '/home/me/lab';

const time = fc.constantFrom(now - 120 * minute, now - 60 * minute, now - 10 * minute, now - 2000);

const entry: fc.Arbitrary<Entry> = fc
  .record({
    session: fc.constantFrom(...names),
    socket: fc.constantFrom(null, null, null, 'scratch', 'default'),
    status: fc.constantFrom('running' as const, 'running' as const, 'terminated' as const, null),
    agent: fc.constantFrom('claude' as const, 'agy' as const, null),
    createdAt: fc.option(time),
    terminatedAt: fc.option(time),
    terminationMode: fc.constantFrom(null, 'user'),
    pane: fc.option(
      fc.record({
        pid: fc.option(fc.constantFrom(...pids)),
        cmd: fc.constantFrom('claude', 'bash'),
        cwd: fc.constant('/w'),
      }),
    ),
    lastVisibleStatus: fc.constantFrom(null, 'idle', 'agent-exited'),
    ignore: fc.constantFrom(false, false, false, true),
    pin: fc.constantFrom([], [], ['status'], ['pane'], ['last_visible_status']),
    shared: fc.constantFrom([], [], ['status'], ['pane.pid'], ['']),
    halfTyped: fc.constantFrom(null, null, null, 'is null'),
    jobId: fc.constantFrom(null, 'job-1', 'job-2'),
    id: fc.constantFrom(null, null, ...ids),
    former: fc.subarray(ids, { maxLength: 1 }),
  })
  .map(({ session, id, former, ...fields }) =>
    anEntry(session, {
      ...fields,
      ids: idsOf(fields.agent === 'agy' ? { agy: id } : { own: id }),
      lineage: former.filter((one) => one !== id).map((one) => ({ id: one, until: null, reason: null })),
    }),
  );

const process = fc.record({
  argv: fc.constantFrom(['claude'], ['agy'], ['-bash'], ['vim']),
  start: fc.constantFrom('s1', 's2'),
  startedAt: time,
  tty: fc.constantFrom(34816, 34816, 0),
});

const tree: fc.Arbitrary<(pid: number) => Seen<PaneTree>> = fc.oneof(
  { weight: 1, arbitrary: fc.constant(() => ({ known: aTree(null) })) },
  { weight: 1, arbitrary: fc.constant(() => ({ blind: 'EACCES', cure: 'mount /proc' })) },
  {
    weight: 5,
    arbitrary: fc.tuple(process, fc.boolean()).map(([root, parentIsTmux]) => (pid: number) => {
      const living: Process = aProcess(pid, root);
      return { known: aTree(living, { parentIsTmux }) };
    }),
  },
);

const session: fc.Arbitrary<TmuxSession> = fc
  .record({
    name: fc.constantFrom(...names, 'd_e-creator-claude', 'z-creator-agy'),
    id: fc.constantFrom('$1', '$2', '$3', '$4'),
    created: time,
    panes: fc.uniqueArray(fc.constantFrom(...pids), { minLength: 1, maxLength: 2 }),
    dead: fc.constantFrom(false, false, false, true),
  })
  .map(({ name, id, created, panes, dead }) =>
    aSession(name, { id, created, panes: panes.map((pid) => aPane(pid, { dead })) }),
  );

const socket: fc.Arbitrary<Seen<SocketState>> = fc.oneof(
  { weight: 1, arbitrary: fc.constant(hung) },
  { weight: 1, arbitrary: fc.constant(noServer) },
  {
    weight: 6,
    arbitrary: fc
      .tuple(
        fc.uniqueArray(session, { maxLength: 5, selector: (one) => one.name }),
        fc.constantFrom('start-900', 'start-901'),
        time,
        fc.constantFrom([], [], [], [907]),
      )
      .map(([sessions, start, startedAt, hidden]) => ({
        known: {
          server: aServer(unique(sessions), { start, startedAt }),
          hidden,
          said: `complete list of ${sessions.length} sessions`,
        },
      })),
  },
);

const job: fc.Arbitrary<Seen<JobLook | null>> = fc.constantFrom<Seen<JobLook | null>>(
  { known: { state: 'running', runningSince: now - 10 * minute, updatedAt: null } },
  { known: { state: 'done', runningSince: null, updatedAt: null } },
  { known: null },
  { blind: 'EACCES', cure: 'make it readable' },
);
/** Conversations in the one folder in which all agents work, and what Claude's records say of some of them. */
const claude: fc.Arbitrary<Seen<ClaudeLook>> = fc
  .record({
    transcripts: fc.subarray(ids),
    times: fc.tuple(time, time, time),
    records: fc.dictionary(fc.constantFrom(...pids.map(String)), fc.constantFrom(...ids), { maxKeys: 2 }),
    outside: fc.subarray(ids, { maxLength: 1 }),
  })
  .map(({ transcripts, times, records, outside }) => {
    const files = transcripts.map((id, index) => {
      const at = times[index] ?? now;
      return aTranscript(id, { mtime: at, bornAt: at, lastAt: at, cwd: folder });
    });
    return claudeLook({
      live: new Map(Object.entries(records).map(([pid, id]) => [Number(pid), claudeLive(Number(pid), id)])),
      foreign: new Map(outside.map((id) => [7007, claudeLive(7007, id)])),
      transcripts: new Map([[folder, files]]),
      artifacts: new Map(ids.map((id) => [id, files.find((file) => file.id === id) ?? null])),
    });
  });

const world: fc.Arbitrary<PlanInput> = fc
  .record({
    entries: fc.uniqueArray(entry, { maxLength: 5, selector: entryId }),
    sockets: fc.tuple(socket, fc.option(socket)),
    trees: fc.tuple(tree, tree, tree, tree, tree, tree),
    jobs: fc.tuple(job, job),
    claude,
    mtime: fc.constantFrom(now - 30 * minute, now - 2000),
    bootId: fc.constantFrom(null, 'boot-1', 'boot-0'),
    looksAgain: fc.constantFrom(0, 1, 1),
    remembers: fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }),
  })
  .map(({ entries, sockets: [standard, other], trees, claude: files, jobs, mtime, bootId, looksAgain, remembers }) => {
    const input = aWorld({
      entries,
      registry: { mtime },
      observation: {
        sockets: new Map([[defaultSocket, standard], ...(other === null ? [] : [[scratch, other] as const])]),
        panes: new Map(pids.map((pid, index) => [pid, trees[index]?.(pid) ?? { known: aTree(null) }] as const)),
        jobs: new Map(jobs.map((seen, index) => [`job-${index + 1}`, seen] as const)),
        claude: files,
      },
      formerMemory: { bootId },
      looksAgain,
    });
    const remembered = entries.flatMap((one, index) =>
      remembers[index] === true ? [[entryId(one), memory(one)] as const] : [],
    );
    return { ...input, formerMemory: { ...input.formerMemory, entries: Object.fromEntries(remembered) } };
  });

test('idempotent: once the plan is carried out, nothing is left to write', () => {
  fc.assert(
    fc.property(world, (input) => {
      const first = pass(input);
      expect(writes(pass(afterwards(input, first)))).toEqual([]);
    }),
    runs,
  );
});

test('converges: after two passes nothing is new and nothing is remembered anew', () => {
  fc.assert(
    fc.property(world, (input) => {
      const second = afterwards(input, pass(input));
      const made = pass(second);
      const third = afterwards(second, made);
      const last = pass(third);
      expect(writes(last)).toEqual([]);
      expect(last.drifts.map((drift) => drift.key)).toEqual(made.drifts.map((drift) => drift.key));
      expect(last.nextMemory).toEqual(third.formerMemory);
    }),
    runs,
  );
});

test('order-free: neither the order of the entries nor that of the sockets changes a drift', () => {
  fc.assert(
    fc.property(world, fc.infiniteStream(fc.nat()), (input, keys) => {
      const shuffled: PlanInput = {
        ...input,
        registry: { ...input.registry, entries: shuffle(input.registry.entries, keys) },
        observation: { ...input.observation, sockets: new Map([...input.observation.sockets].toReversed()) },
      };
      expect(byKey(plan(shuffled))).toEqual(byKey(plan(input)));
    }),
    runs,
  );
});

test('never terminated where a source that the verdict needs is blind', () => {
  fc.assert(
    fc.property(world, fc.constantFrom<'tmux' | 'proc'>('tmux', 'proc'), (input, which) => {
      const observation: Observation =
        which === 'tmux'
          ? {
              ...input.observation,
              sockets: new Map([...input.observation.sockets.keys()].map((path) => [path, hung] as const)),
            }
          : { ...input.observation, panes: new Map(pids.map((pid) => [pid, { blind: 'EACCES', cure: '' }] as const)) };
      for (const edit of writes(plan({ ...input, observation }))) {
        if (edit.op !== 'set' || edit.to !== 'terminated') continue;
        const one = input.registry.entries.find((candidate) => entryId(candidate) === entryId(edit.entry));
        const hasPid = one?.pane?.pid != null || input.formerMemory.entries[entryId(edit.entry)]?.seen != null;
        expect({ which, hasPid }).toEqual({ which: 'proc', hasPid: false });
      }
    }),
    runs,
  );
});

test('terminated only what its complete list does not hold', () => {
  fc.assert(
    fc.property(world, (input) => {
      for (const edit of writes(plan(input))) {
        if (edit.op !== 'set' || edit.to !== 'terminated') continue;
        const home = edit.entry.socket ?? input.formerMemory.entries[entryId(edit.entry)]?.seen?.socket ?? null;
        const asked = home === null ? [...input.observation.sockets.keys()] : [socketPath(input.observation, home)];
        for (const path of asked) {
          const state = input.observation.sockets.get(path);
          expect(state).toHaveProperty('known');
        }
      }
    }),
    runs,
  );
});

test('a job is orphaned only where it runs and its session is gone', () => {
  fc.assert(
    fc.property(world, (input) => {
      const made = plan(input);
      for (const { session, key } of made.drifts.filter(({ kind }) => kind === 'job-orphaned')) {
        const gone = made.verdicts.filter(({ liveness }) => liveness === 'gone').map(({ entry }) => entry.session);
        expect(gone).toContain(session);
        const running = [...input.observation.jobs].flatMap(([id, seen]) =>
          'known' in seen && seen.known?.state === 'running' ? [id] : [],
        );
        expect(running.some((id) => key.endsWith(`"${id}"]`))).toBe(true);
      }
    }),
    runs,
  );
});

test("a person's later edit survives: what was changed after the first pass is not written over", () => {
  fc.assert(
    fc.property(world, fc.constantFrom('running' as const, 'terminated' as const, null), (input, status) => {
      const next = afterwards(input, pass(input));
      const edited: PlanInput = {
        ...next,
        now: now + 1000,
        registry: {
          ...next.registry,
          mtime: now + 1000,
          entries: next.registry.entries.map((one) => ({ ...one, status, textHash: `${one.textHash} edited` })),
        },
      };
      const touched = new Set(edited.registry.entries.map((one) => one.session));
      expect(writes(plan(edited)).filter((edit) => touched.has(edit.entry.session))).toEqual([]);
    }),
    runs,
  );
});

test('no id comes to stand in two entries that did not stand there before', () => {
  fc.assert(
    fc.property(world.map(withOwnPanes), (input) => {
      const before = input.registry.entries;
      const after = afterwards(input, pass(input)).registry.entries;
      for (const id of ids) {
        const holds = (one: Entry): boolean => one.ids.some(({ value }) => value === id);
        const held = new Set(before.filter(holds).map(entryId));
        const holders = after.filter(holds).map(entryId);
        if (holders.some((one) => !held.has(one))) expect(holders).toHaveLength(1);
      }
    }),
    runs,
  );
});

/** Gives each session its own panes: grouped sessions share panes, and then run one agent. */
function withOwnPanes(input: PlanInput): PlanInput {
  const taken = new Set<number>();
  const own = (one: TmuxSession): TmuxSession => {
    const panes = one.panes.filter(({ pid }) => !taken.has(pid));
    for (const { pid } of panes) taken.add(pid);
    return { ...one, panes };
  };
  const sockets = [...input.observation.sockets].map(([path, seen]) => {
    const server = 'known' in seen ? seen.known.server : null;
    if (server === null) return [path, seen] as const;
    return [
      path,
      { known: { server: { ...server, sessions: server.sessions.map(own) }, hidden: [], said: '' } },
    ] as const;
  });
  return { ...input, observation: { ...input.observation, sockets: new Map(sockets) } };
}

/** Runs one pass, with a second observation where the plan asks for one. */
function pass(input: PlanInput): Plan {
  const made = plan(input);
  return made.lookAgain?.kind === 'confirm' ? plan({ ...input, looksAgain: input.looksAgain + 1 }) : made;
}

function writes(made: Plan): readonly Edit[] {
  return [...made.drifts.flatMap((drift) => drift.edits), ...made.silentEdits];
}

/** Returns the input of the next pass in the same world, with the plan carried out and remembered. */
function afterwards(input: PlanInput, made: Plan): PlanInput {
  const { entries, hashes } = applyEdits(input.registry.entries, writes(made));
  return {
    ...input,
    registry: { ...input.registry, entries },
    formerMemory: withOwnWrites(made.nextMemory, hashes),
    ledger: {
      ...input.ledger,
      tombstones: new Set([...input.ledger.tombstones, ...made.tombstones.map((one) => one.incarnation)]),
    },
  };
}

function memory(one: Entry): NonNullable<PlanInput['formerMemory']['entries'][string]> {
  return {
    workspace: one.workspace,
    textHash: one.textHash,
    textSince: now - 30 * minute,
    bootId: 'boot-1',
    seen: {
      socket: one.socket === 'scratch' ? scratch : defaultSocket,
      serverPid: 900,
      serverStart: 'start-900',
      sessionId: '$1',
      sessionCreated: now - 60 * minute,
      paneId: `%${one.pane?.pid ?? 1001}`,
      panePid: one.pane?.pid ?? 1001,
      paneStart: 's1',
      paneSince: now - 60 * minute,
    },
    agent: { pid: 1001, start: 's1', id: null, proof: null, root: '/home/me/.claude' },
    shellSince: now - minute,
    formerVisibleStatus: 'idle',
  };
}

/** Drops sessions with an id that is taken: tmux never gives one id twice. */
function unique(sessions: readonly TmuxSession[]): readonly TmuxSession[] {
  return sessions.map((one, index) => ({ ...one, id: `$${index + 1}` }));
}

function shuffle<Item>(items: readonly Item[], keys: fc.Stream<number>): readonly Item[] {
  const sorted = items.map((item) => ({ item, key: keys.next().value }));
  return sorted.toSorted((one, other) => one.key - other.key).map(({ item }) => item);
}

function byKey(made: Plan) {
  return made.drifts.toSorted((one, other) => (one.key < other.key ? -1 : one.key > other.key ? 1 : 0));
}
