import { Readable } from 'node:stream';
import type { Board, Card } from '../../src/board/board.ts';
import { localBoards } from '../../src/board/local-board.ts';
import type { Settings } from '../../src/config/settings.ts';
import type { Entry } from '../../src/core/model/entry.ts';
import { emptyMemory, emptyLedger } from '../../src/core/model/memory.ts';
import type { Verdict } from '../../src/core/model/plan.ts';
import { clean } from '../../src/core/words/text.ts';
import { exitCode } from '../../src/errors.ts';
import type { JobStore } from '../../src/jobs/store.ts';
import type { Event, Log } from '../../src/log/log.ts';
import type { StateHistory } from '../../src/log/state-history.ts';
import type { Context, PassReport } from '../../src/operations/context.ts';
import type { Answer, Input, Operation } from '../../src/operations/operation.ts';
import type { RegistryFile } from '../../src/registry/registry-file.ts';
import type { TriggerState } from '../../src/trigger/trigger.ts';
import type { Triggers } from '../../src/trigger/triggers.ts';
import { agyLook, anObservation, claudeLook, idsOf } from '../core/world.ts';
import type { DriftDocument, ReconcileDocument } from '../../src/pass/document.ts';
import { aWorld } from '../core/world.ts';
import { socketAt } from '../named.ts';

export const at = Date.parse('2026-07-01T09:00:30Z');

export const settings: Settings = {
  configPath: null,
  configText: { path: '/home/me/config.yaml', hash: null },
  registry: {
    path: '/home/me/registry.yaml',
    isUsual: false,
    program: ['agent-sessions-monitor'],
    lock: '/home/me/registry.yaml.lock',
    writeHost: false,
    registerPattern: /^(?<workspace>.+)-creator-(?<agent>claude|agy)$/u,
  },
  stateDir: '/nowhere/state',
  cacheDir: '/nowhere/cache',
  agentVariables: ['CLAUDE_CONFIG_DIR'],
  agents: { claude: ['/home/me/.claude'], agy: ['/home/me/.gemini/antigravity-cli'], codex: [], opencode: [] },
  tmux: { sockets: null, tmpdir: '/tmp', deadlineMs: 2_000 },
  monitor: { intervalMs: null, heartbeatMs: 300_000, level: 'drift' },
  stop: { phrases: [] },
  judge: null,
  hermes: { command: 'hermes' },
  jobs: { dir: '/home/me/jobs', map: { topic: 'delegate-job/{id}/events', fields: {}, states: {} } },
  mqtt: null,
  attention: { afterMs: 300_000, workedMs: 120_000, card: false, snooze: [] },
  notify: [],
  history: { keepMs: 14 * 86_400_000 },
  page: { port: 0, comments: false },
  logLevel: 'error',
  color: false,
};

export const gone: DriftDocument = {
  id: '7f3a',
  kind: 'session-gone',
  class: 'A',
  state: 'opened',
  session: 'shop-creator-claude',
  workspace: 'shop',
  agent: 'claude',
  message: 'shop-creator-claude: tmux gone (was pane 201132, cmd claude). Marked terminated.',
  evidence: [
    {
      source: 'tmux:/tmp/tmux-1000/default',
      said: 'complete list of 11 sessions, not among them',
      at: '2026-07-01T09:00:30.000Z',
    },
  ],
  edits: [{ path: ['sessions', 'shop-creator-claude', 'status'], from: 'running', to: 'terminated' }],
  resume: 'cd /home/me/shop && claude --resume 87dc548e',
};

export function documentWith(change: Partial<ReconcileDocument>): ReconcileDocument {
  return {
    version: 1,
    at: '2026-07-01T09:00:30.000Z',
    host: 'lab1',
    dry_run: false,
    registry: { path: '/home/me/registry.yaml', entries: 2, written: false, edits: 0 },
    counts: { alive: 2, gone: 0, unknown: 0 },
    drifts: [],
    standing: [],
    deferred: [],
    blind: [],
    unknown: [],
    pass: { ms: 41, spawns: 1, bytes_read: 20480 },
    ...change,
  };
}

export function entryOf(session: string, change: Partial<Entry> = {}): Entry {
  return {
    session,
    socket: null,
    line: 3,
    column: 3,
    textHash: 'text',
    status: 'running',
    otherStatus: null,
    halfTyped: null,
    workspace: 'shop',
    agent: 'claude',
    cwd: '/home/me/shop',
    host: null,
    createdAt: at - 60_000,
    terminatedAt: null,
    vagueTermination: null,
    terminationMode: null,
    pane: { pid: 201132, cmd: 'claude', cwd: '/home/me/shop' },
    ids: idsOf({ own: null, claude: '87dc548e' }),
    lineage: [],
    lastVisibleStatus: null,
    jobId: null,
    ignore: false,
    pin: [],
    shared: [],
    misshapen: [],
    ...change,
  };
}

export function verdictOf(entry: Entry, change: Partial<Verdict> = {}): Verdict {
  return {
    entry,
    liveness: 'alive',
    elsewhere: null,
    doubt: null,
    evidence: [{ source: 'tmux:/tmp/tmux-1000/default', said: 'complete list of 2 sessions, among them', at }],
    socket: socketAt('/tmp/tmux-1000/default'),
    pane: '%1',
    agent: { pid: 201133, start: '1', startedAt: at - 30_000 },
    activity: 'working',
    waiting: null,
    activitySince: null,
    identity: null,
    outlives: false,
    notProven: 'no conversation is provably its own',
    ...change,
  };
}

export function reportWith(change: Partial<PassReport>, verdicts: readonly [Entry, Verdict | null][] = []): PassReport {
  return {
    document: documentWith({}),
    input: aWorld(),
    edits: [],
    plan: {
      drifts: [],
      silentEdits: [],
      absentDrifts: [],
      verdicts: verdicts.flatMap(([, verdict]) => (verdict === null ? [] : [verdict])),
      deferred: [],
      blind: [],
      lookAgain: null,
      tombstones: [],
      seen: null,
      adopted: null,
      nextMemory: emptyMemory,
    },
    registry: { path: '/home/me/registry.yaml', entries: verdicts.map(([entry]) => entry), hash: 'hash', mtime: at },
    observation: {
      at,
      host: 'lab1',
      place: { id: 'machine-1', borrowed: null },
      home: '/home/me',
      boot: { known: { id: 'boot', bootedAt: 0 } },
      sockets: new Map([
        [
          socketAt('/tmp/tmux-1000/default'),
          {
            known: {
              said: 'complete list of 1 sessions',
              hidden: [],
              server: {
                pid: 1,
                start: '1',
                startedAt: 0,
                version: '3.3a',
                sessions: [
                  {
                    id: '$1',
                    name: 'shop-creator-claude',
                    created: 0,
                    panes: [
                      { id: '%1', windowId: '@1', pid: 201132, dead: false, command: 'claude', cwd: '/home/me/shop' },
                    ],
                  },
                ],
              },
            },
          },
        ],
      ]),
      socketPaths: new Map([[null, socketAt('/tmp/tmux-1000/default')]]),
      foundSockets: new Set(),
      unreachable: [],
      servers: new Map(),
      panes: new Map(),
      agentProcesses: new Map(),
      evidence: anObservation({
        claude: claudeLook({ artifacts: new Map([['87dc548e', { path: '/t/87dc548e.jsonl', size: 1, mtime: at }]]) }),
        agy: agyLook({ root: '/a', exists: false }),
      }).evidence,
      jobs: new Map(),
      folders: new Map([['/home/me/shop', true]]),
    },
    watched: { sockets: [], servers: [], folders: [], registryHash: null },
    changes: 0,
    started: false,
    commit: () => Promise.resolve(),
    exit: exitCode.done,
    ...change,
  };
}

/** Returns the report with the files of other conversations, one an id. */
export function withConversations(report: PassReport, ids: readonly string[]): PassReport {
  const artifacts = new Map(ids.map((id) => [id, { path: `/t/${id}.jsonl`, size: 1, mtime: at }] as const));
  const { evidence } = anObservation({
    claude: claudeLook({ artifacts }),
    agy: agyLook({ root: '/a', exists: false }),
  });
  return { ...report, observation: { ...report.observation, evidence } };
}

export const cardOf = (change: Partial<Card> = {}): Card => ({
  id: 'main',
  title: 'agent sessions',
  body: '',
  status: 'running',
  blockReason: null,
  assignee: null,
  run: { startedAt: at, pid: 77 },
  comments: [{ id: '1', author: 'me', body: 'hello\nred \u001b[31m', createdAt: at }],
  runFromComment: 0,
  events: [{ kind: 'created', createdAt: at }],
  ...change,
});

/** What the operation printed and did, in order. */
export interface Fake {
  readonly context: Context;
  readonly said: string[];
}

export function fakeContext(change: {
  passes?: readonly PassReport[];
  board?: Partial<Board>;
  events?: readonly Event[];
  log?: Partial<Log>;
  registryFile?: Partial<RegistryFile>;
  jobs?: Partial<JobStore>;
  signal?: AbortSignal;
  monitor?: Context['monitor'];
  stateHistory?: Partial<StateHistory>;
  lastAsked?: number;
}): Fake {
  const said: string[] = [];
  const absent = (): never => {
    throw new Error('not asked for in this test');
  };
  const passes = [...(change.passes ?? [])];
  const board: Board = {
    name: 'local',
    slug: null,
    traits: localBoards.traits,
    workers: null,
    show: absent,
    claim: absent,
    comment: absent,
    heartbeat: absent,
    block: absent,
    complete: absent,
    pause: absent,
    watch: absent,
    ...change.board,
  };
  const log: Log = {
    append: absent,
    read: () => Promise.resolve(change.events ?? []),
    ledger: () => Promise.resolve(emptyLedger),
    idOf: absent,
    unsettled: absent,
    cursor: absent,
    withCursor: absent,
    rotate: absent,
    ...change.log,
  };
  const registryFile: RegistryFile = {
    path: '/home/me/registry.yaml',
    read: absent,
    prepare: absent,
    underLock: absent,
    holds: absent,
    takeBack: absent,
    sweep: absent,
    ...change.registryFile,
  };
  return {
    said,
    context: {
      settings,
      version: '0.0.0',
      now: () => at,
      signal: change.signal ?? new AbortController().signal,
      env: {},
      home: '/home/me',
      stdin: Readable.from([]),
      pass: () => {
        const report = passes.shift();
        return report === undefined ? absent() : Promise.resolve(report);
      },
      askMonitor: () => Promise.resolve(null),
      monitor: change.monitor ?? absent,
      serve: () => Promise.resolve(),
      hermes: () => ({
        run: () => Promise.reject(new Error('no hermes')),
        follow: () => Promise.resolve(),
        slug: null,
        version: () => Promise.resolve(null),
        boardMadeAt: () => Promise.resolve(null),
      }),
      assertNotWatched: () => Promise.resolve(),
      watcher: () => Promise.resolve(null),
      board: () => board,
      defaultCard: () => 'main',
      triggers: () => triggersWith({ on: true }),
      log: () => log,
      page: () => Promise.reject(new Error('no page in this test')),
      registryStateDir: '/nowhere/state/0123abcd',
      stateHistory: () => ({ ...noHistory, ...change.stateHistory }),
      lastAsked: () => ({
        read: () => change.lastAsked ?? null,
        write: (when) => void said.push(`asked at ${new Date(when).toISOString()}`),
      }),
      registryFile: () => registryFile,
      jobs: () => ({
        newId: () => 'job-1',
        withdraw: absent,
        list: absent,
        read: absent,
        get: absent,
        find: absent,
        named: absent,
        create: absent,
        record: absent,
        remove: absent,
        ...change.jobs,
      }),
      unreachableServers: () => [],
      capture: () => Promise.resolve('$ claude\n> hi \u001b[0m\n\n'),
      output: {
        stdout: (text) => {
          said.push(text);
          return Promise.resolve();
        },
        log: (_, line) => void said.push(`stderr: ${clean(line)}\n`),
        stdoutIsTerminal: false,
        color: false,
        columns: 80,
      },
      program: ['node', 'cli.js'],
      monitorListener: null,
      screen: null,
    },
  };
}

export function triggersWith(state: TriggerState): Triggers {
  const all = [{ name: 'bell', hearsDeaths: true, start: () => undefined, state: () => state }] as const;
  return { all, start: () => undefined, follow: () => undefined };
}

export async function answers(operation: Operation, context: Context, input: Partial<Input> = {}): Promise<Answer[]> {
  const all: Answer[] = [];
  for await (const answer of operation.run(context, { words: [], values: {}, json: false, ...input })) all.push(answer);
  return all;
}

/** The history of a registry that no monitor has watched. */
export const noHistory: StateHistory = {
  append: () => Promise.resolve(),
  isThere: () => Promise.resolve(true),
  beat: () => Promise.resolve(),
  read: () => Promise.resolve([]),
  changesSince: () => Promise.resolve([]),
  endOf: () => Promise.resolve([]),
  readOn: () => Promise.resolve({ inode: 0, offset: 0 }),
  watchedUntil: () => Promise.resolve(null),
  lastSign: () => Promise.resolve(null),
  prune: () => Promise.resolve(),
};
