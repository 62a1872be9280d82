import { agentFacts } from '../../src/agents/agent-facts.ts';
import { idsBy } from '../../src/core/model/agent.ts';
import type { Entry, IdValue, Registry } from '../../src/core/model/entry.ts';
import {
  emptyMemory,
  emptyLedger,
  type EntryMemory,
  type Memory,
  type Ledger,
  type OpenDrift,
} from '../../src/core/model/memory.ts';
import { agentProcessesIn } from '../../src/agents/agent-processes.ts';
import { agyEvidence } from '../../src/agents/agy/agy-evidence.ts';
import type { AgyObservation } from '../../src/agents/agy/observation.ts';
import { claudeEvidence } from '../../src/agents/claude/claude-evidence.ts';
import type { ClaudeLive, ClaudeObservation, Transcript } from '../../src/agents/claude/observation.ts';
import { processesInPanes } from '../../src/core/place/pane-tree.ts';
import type { AgentReport } from '../../src/core/model/report.ts';
import type {
  Observation,
  PaneTree,
  Process,
  Seen,
  SocketState,
  TmuxPane,
  TmuxServer,
  TmuxSession,
} from '../../src/core/model/observation.ts';
import type { AbsentDrift, PlanInput, PlanSettings } from '../../src/core/model/plan.ts';
import { driftNamed, socketAt } from '../named.ts';
import type { SocketPath } from '../../src/core/model/branded.ts';

export const now = Date.parse('2026-07-01T09:00:30.000Z');
export const hour = 3_600_000;
/** Long before now, so that everything made by default is settled. */
export const longAgo = now - 2 * hour;
export const defaultSocket = socketAt('/tmp/tmux-1000/default');

export const settings: PlanSettings = {
  agents: agentFacts,
  registerPattern: /^(?<workspace>.+)-creator-(?<agent>claude|agy)$/,
  writeHost: false,
  settleMs: 5000,
  blindAfterMs: 300_000,
  expiryWarningMs: 3 * 24 * hour,
  attention: { afterMs: 300_000, snoozed: [] },
};

/** What is remembered of an entry that was seen in the pane 1001 of the default server, with no agent. */
export function anEntryMemory(session: string) {
  return {
    workspace: 'lab',
    textHash: `text of ${session}`,
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
    agent: null,
    shellSince: null,
    formerVisibleStatus: null,
  } satisfies EntryMemory;
}

export function anEntry(session: string, fields: Partial<Entry> = {}): Entry {
  return {
    session,
    socket: null,
    line: 3,
    column: 3,
    textHash: `text of ${session}`,
    status: 'running',
    otherStatus: null,
    halfTyped: null,
    workspace: 'lab',
    agent: 'claude',
    cwd: '/home/me/lab',
    host: null,
    createdAt: longAgo,
    terminatedAt: null,
    vagueTermination: null,
    terminationMode: null,
    pane: { pid: 1001, cmd: 'claude', cwd: '/home/me/lab' },
    ids: idsOf({ own: null }),
    lineage: [],
    lastVisibleStatus: null,
    jobId: null,
    ignore: false,
    pin: [],
    shared: [],
    misshapen: [],
    ...fields,
  };
}

/** An entry's id fields; what is not given does not stand in the entry. */
export function idsOf(ids: {
  readonly own?: IdValue;
  readonly claude?: IdValue;
  readonly agy?: IdValue;
}): Entry['ids'] {
  const values = [ids.own, ids.claude, ids.agy];
  return idsBy(agentFacts, () => undefined).map((field, index) => ({ ...field, value: values[index] }));
}

export function aRegistry(entries: readonly Entry[], fields: Partial<Registry> = {}): Registry {
  return { path: '/home/me/agent-sessions.yaml', entries, hash: 'hash', mtime: longAgo, ...fields };
}

export function aProcess(pid: number, fields: Partial<Process> = {}): Process {
  return {
    pid,
    ppid: 900,
    start: `start-${pid}`,
    startedAt: longAgo,
    processGroup: pid,
    foregroundGroup: pid,
    tty: 34816,
    argv: ['claude'],
    exe: '/usr/bin/claude',
    cwd: '/home/me/lab',
    folders: {},
    home: '/home/me',
    ...fields,
  };
}

/** Makes a pane whose own process is its root, with the given `descendants`. */
export function aTree(root: Process | null, fields: Partial<PaneTree> = {}): PaneTree {
  return { root, parentIsTmux: root !== null, descendants: [], ...fields };
}

export function aPane(
  pid: number,
  { dead = false, ...fields }: Partial<Omit<TmuxPane, 'pid'>> = {},
): TmuxPane & { readonly pid: number } {
  return { id: `%${pid}`, windowId: `@${pid}`, pid, dead, command: 'claude', cwd: '/home/me/lab', ...fields };
}

export function aSession(name: string, fields: Partial<TmuxSession> = {}): TmuxSession {
  return { id: '$1', name, created: longAgo, panes: [aPane(1001)], ...fields };
}

export function aServer(sessions: readonly TmuxSession[], fields: Partial<TmuxServer> = {}): TmuxServer {
  return { pid: 900, start: 'start-900', startedAt: longAgo - hour, version: '3.3a', sessions, ...fields };
}

export function listed(sessions: readonly TmuxSession[], fields: Partial<TmuxServer> = {}): Seen<SocketState> {
  const said = `complete list of ${sessions.length} sessions`;
  return { known: { server: aServer(sessions, fields), hidden: [], said } };
}

export const noServer: Seen<SocketState> = {
  known: { server: null, hidden: [], said: 'no server: no socket file, no tmux process' },
};

export const hung: Seen<SocketState> = { blind: 'no answer in 2000 ms', cure: 'see whether the server is stopped' };

export function claudeLook(fields: Partial<ClaudeObservation> = {}): Seen<ClaudeObservation> {
  return {
    known: {
      roots: [{ path: '/home/me/.claude', exists: true, keepsRecords: true, cleanupDays: 30 }],
      live: new Map(),
      foreign: new Map(),
      artifacts: new Map(),
      transcripts: new Map(),
      ends: new Map(),
      unreadable: [],
      ...fields,
    },
  };
}

export function agyLook(fields: Partial<AgyObservation> = {}): Seen<AgyObservation> {
  return {
    known: {
      root: '/home/me/.gemini/antigravity-cli',
      exists: true,
      presence: new Map(),
      artifacts: new Map(),
      unreadable: [],
      ...fields,
    },
  };
}

/** Makes what an agent said last of itself, a second ago. */
export function aReport(change: Partial<AgentReport> = {}): AgentReport {
  return {
    eventName: 'Stop',
    id: null,
    isEnd: false,
    beganBy: null,
    isInteractive: true,
    paneId: null,
    socket: null,
    activity: null,
    at: now - 1000,
    ...change,
  };
}

/** An observation, the agents' part of it as their own readers see it. */
export type Shown = Partial<Omit<Observation, 'agentProcesses' | 'evidence'>> & Partial<Looks>;

export interface Looks {
  readonly claude: Seen<ClaudeObservation>;
  readonly agy: Seen<AgyObservation>;
  /** What Claudes said of themselves, by pid. */
  readonly reports?: ReadonlyMap<number, AgentReport>;
}

export function anObservation({ claude = claudeLook(), agy = agyLook(), reports, ...fields }: Shown = {}): Observation {
  return withAgents(bareObservation(fields), { claude, agy, ...(reports === undefined ? {} : { reports }) });
}

/** Puts the agents' evidence into an observation, from what their own readers saw. */
export function withAgents(observation: Observation, { claude, agy, reports = new Map() }: Looks): Observation {
  const processes = processesInPanes(observation);
  const evidence: Observation['evidence'] = new Map([
    ['claude', 'blind' in claude ? claude : { known: claudeEvidence(claude.known, observation.home) }],
    ['agy', 'blind' in agy ? agy : { known: agyEvidence(agy.known, processes) }],
  ]);
  const said = new Map([...reports].map(([pid, report]) => [pid, { agent: 'claude', report }] as const));
  return { ...observation, evidence, agentProcesses: agentProcessesIn(processes, evidence, said) };
}

function bareObservation(fields: Partial<Observation>): Observation {
  return {
    at: now,
    host: 'lab1',
    place: { id: 'machine-1', borrowed: null },
    home: '/home/me',
    boot: { known: { id: 'boot-1', bootedAt: longAgo - 24 * hour } },
    sockets: new Map([[defaultSocket, listed([])]]),
    socketPaths: new Map<string | null, SocketPath>([
      [null, defaultSocket],
      ...['default', 'scratch', 'work', 'ignored'].map((word) => [word, socketAt(`/tmp/tmux-1000/${word}`)] as const),
    ]),
    foundSockets: new Set(),
    unreachable: [],
    servers: new Map(),
    panes: new Map(),
    agentProcesses: new Map(),
    evidence: new Map(),
    jobs: new Map(),
    folders: new Map([['/home/me/lab', true]]),
    ...fields,
  };
}

/** Returns known panes by the pid at their root. */
export function trees(...roots: readonly PaneTree[]): ReadonlyMap<number, Seen<PaneTree>> {
  return new Map(roots.flatMap((tree) => (tree.root === null ? [] : [[tree.root.pid, { known: tree }] as const])));
}

/** Returns pane pids that no longer live. */
export function deadPids(...pids: readonly number[]): ReadonlyMap<number, Seen<PaneTree>> {
  return new Map(pids.map((pid) => [pid, { known: aTree(null) }] as const));
}

/** Makes a transcript of the usual folder, by an interactive Claude. */
export function aTranscript(id: string, fields: Partial<Transcript> = {}): Transcript {
  const at = longAgo + hour;
  return {
    id,
    path: `/t/${id}.jsonl`,
    root: '/home/me/.claude',
    size: 1,
    mtime: at,
    bornAt: at,
    cwd: '/home/me/lab',
    version: '2.1.332',
    entrypoint: 'cli',
    isBackground: false,
    beginning: { kind: 'unknown' },
    ...fields,
  };
}

/** Makes Claude's own record of a process, of a version that does not tell when the process started. */
export function claudeLive(pid: number, sessionId: string, fields: Partial<ClaudeLive> = {}): ClaudeLive {
  return {
    pid,
    sessionId,
    cwd: '/home/me/lab',
    startedAt: null,
    procStart: null,
    version: '2.1.332',
    kind: 'interactive',
    entrypoint: 'cli',
    tmux: null,
    status: null,
    waitingFor: null,
    statusUpdatedAt: null,
    updatedAt: null,
    parkedJobId: null,
    jobId: null,
    path: `/s/${pid}.json`,
    ...fields,
  };
}

export interface World {
  readonly entries?: readonly Entry[];
  readonly registry?: Partial<Registry>;
  readonly observation?: Shown;
  readonly formerMemory?: Partial<Memory>;
  readonly ledger?: Partial<Ledger>;
  readonly settings?: Partial<PlanSettings>;
  readonly now?: number;
  readonly began?: number;
  readonly adopt?: PlanInput['adopt'];
  readonly looksAgain?: number;
}

/** Makes a whole input for `plan`, with defaults. */
export function aWorld(world: World = {}): PlanInput {
  return {
    registry: aRegistry(world.entries ?? [], world.registry),
    observation: anObservation({ at: world.now ?? now, ...world.observation }),
    formerMemory: { ...emptyMemory, ...world.formerMemory },
    ledger: { ...emptyLedger, ...world.ledger },
    settings: { ...settings, ...world.settings },
    now: world.now ?? now,
    adopt: world.adopt ?? null,
    began: world.began ?? world.now ?? now,
    looksAgain: world.looksAgain ?? 0,
  };
}

const openId = driftNamed('open');

/** A log in which that drift is open, for `World.ledger`. */
export function opened(open: Pick<OpenDrift, 'key' | 'kind' | 'session'> & Partial<OpenDrift>): Partial<Ledger> {
  return { open: new Map([[openId, { ...open, id: openId, openedAt: now }]]) };
}

/** What a plan says of it where it cannot judge it. */
export const undecided: readonly AbsentDrift[] = [{ kind: 'undecided', id: openId }];

/** What a plan says of it where it is over. */
export function over(message: string | null = null): readonly AbsentDrift[] {
  return [{ kind: 'over', id: openId, message }];
}
