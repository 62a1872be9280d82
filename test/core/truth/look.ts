import { need, type Need } from '../../../src/core/plan/need.ts';
import type { Entry } from '../../../src/core/model/entry.ts';
import type { Memory } from '../../../src/core/model/memory.ts';
import type { ClaudeLive, ClaudeObservation, Transcript } from '../../../src/agents/claude/observation.ts';
import { worthOfRecord } from '../../../src/agents/claude/versions.ts';
import type { Artifact } from '../../../src/core/model/evidence.ts';
import { groupBy } from '../../../src/core/model/group-by.ts';
import type { AgentReport } from '../../../src/core/model/report.ts';
import type { Observation, PaneTree, Process, Seen, SocketState } from '../../../src/core/model/observation.ts';
import type { PlanInput } from '../../../src/core/model/plan.ts';
import {
  aWorld,
  agyLook,
  anObservation,
  claudeLook,
  defaultSocket,
  settings,
  type Looks,
  type Shown,
} from '../world.ts';
import type { Conversation, LiveRecord, Proc, Server, Truth } from './truth.ts';
import { socketAt } from '../../named.ts';

export const usualRoot = '/home/me/.claude';
export const otherRoot = '/alt';
export const scratchSocket = socketAt('/tmp/tmux-1000/scratch');

/** What cannot be seen in a look. */
export type Blindness = 'nothing' | 'tmux' | 'processes' | 'claude' | 'folder';

/** Returns all that one observation shows of the truth: what files and processes show, and nothing else. */
export function lookAt(
  truth: Truth,
  entries: readonly Entry[],
  formerMemory: Memory,
  blind: Blindness,
  keepsRecords: ReadonlySet<string>,
): PlanInput {
  const input = aWorld({ entries, registry: { mtime: truth.now - 60_000 }, formerMemory, now: truth.now });
  const wanted = need(input.registry, formerMemory, settings);
  return { ...input, observation: anObservation({ at: truth.now, ...shownTo(wanted, truth, blind, keepsRecords) }) };
}

/** Returns what one observation shows to a pass that needs that. */
export function shownTo(wanted: Need, truth: Truth, blind: Blindness, keepsRecords: ReadonlySet<string>): Shown {
  const sockets = new Map([defaultSocket, scratchSocket].map((path) => [path, socketOf(path, truth, blind)] as const));
  const panes = panesOf(truth, wanted, sockets, blind);
  const processes = [...panes.values()].flatMap((seen) =>
    'known' in seen && seen.known.root !== null ? [seen.known.root, ...seen.known.descendants] : [],
  );
  const claude: Seen<ClaudeObservation> =
    blind === 'claude'
      ? { blind: 'EACCES', cure: 'make it readable' }
      : claudeOf(truth, wanted, processes, { keepsRecords, isFolderHidden: blind === 'folder' });
  return { sockets, panes, claude, agy: agyOf(truth, wanted), reports: reportsOf(truth) };
}

function socketOf(path: string, truth: Truth, blind: Blindness): Seen<SocketState> {
  if (blind === 'tmux') return { blind: 'no answer in 2000 ms', cure: 'see whether the server is stopped' };
  const server = truth.servers.find((one) => one.isAlive && one.socket === path);
  const said = server === undefined ? 'no server' : `complete list of ${server.sessions.length} sessions`;
  return { known: { server: server === undefined ? null : serverOf(server, truth), hidden: [], said } };
}

function serverOf({ pid, start, startedAt, sessions }: Server, truth: Truth) {
  return {
    pid,
    start,
    startedAt,
    version: '3.3a',
    sessions: sessions.map(({ id, name, created, panes }) => ({
      id,
      name,
      created,
      panes: panes.map(({ id: paneId, root }) => {
        const command = truth.living.findLast(({ ppid }) => ppid === root.pid)?.argv[0] ?? root.argv[0] ?? '';
        return { id: paneId, windowId: '@1', pid: root.pid, dead: false, command, cwd: root.cwd };
      }),
    })),
  };
}

function panesOf(truth: Truth, wanted: Need, sockets: Observation['sockets'], blind: Blindness): Observation['panes'] {
  const listed = [...sockets.values()].flatMap((seen) => ('known' in seen ? (seen.known.server?.sessions ?? []) : []));
  const sessions = listed.filter(({ name }) => wanted.sessions.has(name) || wanted.registerPattern.test(name));
  const pids = new Set([...wanted.panePids, ...sessions.flatMap(({ panes }) => panes.flatMap(({ pid }) => pid ?? []))]);
  return new Map(
    [...pids].map((pid): [number, Seen<PaneTree>] => {
      if (blind === 'processes') return [pid, { blind: 'EACCES', cure: 'mount /proc' }];
      const root = truth.living.find((one) => one.pid === pid);
      if (root === undefined) return [pid, { known: { root: null, parentIsTmux: false, descendants: [] } }];
      const parentIsTmux = truth.panes.some((pane) => pane.root === root);
      return [pid, { known: { root: processOf(root), parentIsTmux, descendants: below(root, truth).map(processOf) } }];
    }),
  );
}

/** Returns the processes below another one, parents before children. */
function below(proc: Proc, truth: Truth): readonly Proc[] {
  const children = truth.living.filter(({ ppid }) => ppid === proc.pid);
  return [...children, ...children.flatMap((child) => below(child, truth))];
}

/** The kernel tells when it booted to the second; ms. */
const doubt = 900;

function processOf({ startedAt, inForeground, agent, ...fields }: Proc): Process {
  return {
    ...fields,
    startedAt: startedAt - doubt,
    processGroup: fields.pid,
    foregroundGroup: inForeground ? fields.pid : 1,
    folders: agent?.root === otherRoot ? { CLAUDE_CONFIG_DIR: otherRoot } : {},
    home: '/home/me',
  };
}

function claudeOf(
  truth: Truth,
  wanted: Need,
  processes: readonly Process[],
  { keepsRecords, isFolderHidden }: { keepsRecords: ReadonlySet<string>; isFolderHidden: boolean },
): Seen<ClaudeObservation> {
  const claudes = processes.filter(({ argv }) => argv[0]?.startsWith('claude') === true);
  const roots = new Set([
    usualRoot,
    ...(wanted.agents.get('claude')?.roots ?? []),
    ...claudes.map((one) => one.folders['CLAUDE_CONFIG_DIR'] ?? usualRoot),
  ]);
  const inPanes = new Set(processes.map(({ pid }) => pid));
  const all = truth.living.flatMap((proc) => {
    const record = proc.agent?.record ?? null;
    return record === null || !roots.has(proc.agent?.root ?? '') ? [] : [recordOf(proc, record, truth)];
  });
  const left = truth.left
    .map(({ proc, record }) => recordOf(proc, record, truth))
    .filter(({ pid }) => inPanes.has(pid));
  const live = new Map([...left, ...all.filter(({ pid }) => inPanes.has(pid))].map((one) => [one.pid, one]));
  const foreign = new Map(all.filter(({ pid }) => !inPanes.has(pid)).map((one) => [one.pid, one]));

  const files = [...truth.conversations.values()].filter(({ root }) => roots.has(root));
  const recorded = new Set(wanted.recordedIds.map((id) => id.toLowerCase()));
  const startedAt = new Map<string, number>();
  for (const { cwd, startedAt: at, pid, start } of claudes) {
    // As the reader of Claude's files: no transcript says more than a record that is kept true.
    const own = live.get(pid);
    if (own?.procStart === start && worthOfRecord(own.version) === 'true') continue;
    if (cwd !== null) startedAt.set(cwd, Math.min(at, startedAt.get(cwd) ?? at));
  }
  const inFolder = groupBy(files, ({ cwd }) => cwd);
  const begun = (cwd: string, at: number): readonly Transcript[] =>
    (inFolder.get(cwd) ?? []).filter(({ id, mtime }) => mtime >= at - 1000 || recorded.has(id)).map(transcriptOf);
  const transcripts = isFolderHidden ? [] : [...startedAt].map(([cwd, at]) => [cwd, begun(cwd, at)] as const);
  const asked = new Set([
    ...(wanted.agents.get('claude')?.ids ?? []),
    ...[...live.values()].map(({ sessionId }) => sessionId),
  ]);
  for (const [, each] of transcripts) for (const { id } of each) asked.add(id);
  for (const { argv } of claudes) for (const word of argv) asked.add(word);
  for (const { agent } of truth.living) if (agent?.report?.id != null) asked.add(agent.report.id);
  return claudeLook({
    roots: [...roots].map((path) => ({ path, exists: true, keepsRecords: keepsRecords.has(path), cleanupDays: 30 })),
    live,
    foreign,
    transcripts: new Map(transcripts),
    artifacts: isFolderHidden ? new Map() : artifactsOf(asked, files),
  });
}

function artifactsOf(ids: ReadonlySet<string>, files: readonly Conversation[]): ReadonlyMap<string, Artifact | null> {
  const byId = new Map(files.map((file) => [file.id, file]));
  return new Map(
    [...ids].map((id) => {
      const file = byId.get(id.toLowerCase());
      return [id.toLowerCase(), file === undefined ? null : transcriptOf(file)];
    }),
  );
}

function transcriptOf(file: Conversation): Transcript {
  return { ...file, path: `${file.root}/projects/p/${file.id}.jsonl`, size: 1 };
}

function recordOf(proc: Proc, { sessionId, updatedAt, status }: LiveRecord, truth: Truth): ClaudeLive {
  const { agent } = proc;
  const pane = truth.panes.find(({ root }) => root.pid === proc.pid || root.pid === proc.ppid);
  const names = agent?.version.namesPane === true && agent.mode === 'interactive' && pane !== undefined;
  return {
    pid: proc.pid,
    procStart: proc.start,
    startedAt: proc.begunAt,
    cwd: proc.cwd,
    sessionId,
    updatedAt,
    statusUpdatedAt: updatedAt,
    status,
    waitingFor: null,
    version: agent?.version.inRecord ?? null,
    kind: agent?.mode === 'bg' ? 'bg' : 'interactive',
    entrypoint: agent?.entrypoint ?? 'cli',
    tmux: names ? { windowId: '@1', paneId: pane.id } : null,
    parkedJobId: agent?.parkedJobId ?? null,
    jobId: agent?.jobId ?? null,
    path: `/s/${proc.pid}.json`,
  };
}

/** Returns what is kept of the agents' reports; each names the pane that the environment of its process names. */
function reportsOf(truth: Truth): NonNullable<Looks['reports']> {
  return new Map(
    truth.living.flatMap((proc): [number, AgentReport][] => {
      const report = proc.agent?.report ?? null;
      if (report === null) return [];
      const isInteractive = !(proc.agent?.entrypoint ?? 'cli').startsWith('sdk');
      const pane = truth.panes.find(({ root }) => root.pid === proc.pid || root.pid === proc.ppid);
      const server = truth.servers.find(({ sessions }) =>
        sessions.some(({ panes }) => panes.some((one) => one === pane)),
      );
      const place = { paneId: pane?.id ?? null, socket: server === undefined ? null : socketAt(server.socket) };
      const { event: eventName, source: beganBy, id, at } = report;
      return [[proc.pid, { eventName, beganBy, id, at, isEnd: false, isInteractive, activity: null, ...place }]];
    }),
  );
}

/**
 * Returns what agy's files show. An agy holds the lock of its conversation once that has begun; one of an older layout
 * holds none.
 */
function agyOf(truth: Truth, wanted: Need): Looks['agy'] {
  const agys = truth.agents.filter(({ agent }) => agent.kind === 'agy');
  const locks = agys.flatMap(({ pid, agent }) =>
    agent.current === null || agent.version.record === 'none' ? [] : [[agent.current, [pid]] as const],
  );
  const ids = [
    ...(wanted.agents.get('agy')?.ids ?? []),
    ...agys.flatMap(({ argv }) => argv),
    ...locks.map(([id]) => id),
  ];
  const files = [...truth.conversations.values()].filter(({ root }) => root === 'agy');
  return agyLook({
    presence: new Map(locks),
    artifacts: artifactsOf(new Set(ids), files),
  });
}
