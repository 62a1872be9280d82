import fc from 'fast-check';
import type { ClaudeObservation } from '../../src/agents/claude/observation.ts';
import { type Entry, entryId } from '../../src/core/model/entry.ts';
import type { DelegateJob } from '../../src/core/model/job.ts';
import type { PaneTree, Process, Seen, SocketState, TmuxPane, TmuxSession } from '../../src/core/model/observation.ts';
import type { PlanInput } from '../../src/core/model/plan.ts';
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
} from './world.ts';
import type { EntryId } from '../../src/core/model/branded.ts';
import { socketAt } from '../named.ts';

const minute = 60_000;
const scratch = socketAt('/tmp/tmux-1000/scratch');
const names = ['a-creator-claude', 'b-creator-claude', 'c-creator-agy', 'plain', 'd.e-creator-claude'];
export const pids = [1001, 1002, 1003, 1004, 1005, 1006];

export const ids = ['1', '2', '3'].map((digit) => `${digit.repeat(8)}-0000-4000-8000-000000000000`);
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
    is: fc.constantFrom('alive', 'alive', 'alive', 'dead', 'dead, and its pid is not told'),
  })
  .map(({ name, id, created, panes, is }) => {
    const paneOf = (pid: number): TmuxPane => {
      const dead = aPane(pid, { dead: is !== 'alive' });
      return is === 'alive' || is === 'dead' ? dead : { ...dead, dead: true, pid: null };
    };
    return aSession(name, { id, created, panes: panes.map(paneOf) });
  });

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

const job: fc.Arbitrary<Seen<DelegateJob | null>> = fc.constantFrom<Seen<DelegateJob | null>>(
  { known: { state: 'running', runningSince: now - 10 * minute, updatedAt: null } },
  { known: { state: 'done', runningSince: null, updatedAt: null } },
  { known: null },
  { blind: 'EACCES', cure: 'make it readable' },
);
/** Conversations in the one folder in which all agents work, and what Claude's records say of some of them. */
const claude: fc.Arbitrary<Seen<ClaudeObservation>> = fc
  .record({
    transcripts: fc.subarray(ids),
    times: fc.tuple(time, time, time),
    records: fc.dictionary(fc.constantFrom(...pids.map(String)), fc.constantFrom(...ids), { maxKeys: 2 }),
    outside: fc.subarray(ids, { maxLength: 1 }),
  })
  .map(({ transcripts, times, records, outside }) => {
    const files = transcripts.map((id, index) => {
      const at = times[index] ?? now;
      return aTranscript(id, { mtime: at, bornAt: at, cwd: folder });
    });
    return claudeLook({
      live: new Map(Object.entries(records).map(([pid, id]) => [Number(pid), claudeLive(Number(pid), id)])),
      foreign: new Map(outside.map((id) => [7007, claudeLive(7007, id)])),
      transcripts: new Map([[folder, files]]),
      artifacts: new Map(ids.map((id) => [id, files.find((file) => file.id === id) ?? null])),
    });
  });

/** Any world that one pass may see: few names, sockets and processes, so that they meet. */
export const anyWorld: fc.Arbitrary<PlanInput> = fc
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

function memory(one: Entry): NonNullable<PlanInput['formerMemory']['entries'][EntryId]> {
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
