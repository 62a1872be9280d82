import type { Agent, Conversation, Pane, Proc, Truth, Version } from './truth.ts';

/** How a Claude is started, as far as its arguments say so. */
export type Start = 'fresh' | 'chosen' | 'resume' | 'fork' | 'chosen fork' | 'continue' | 'attach' | 'agents';

interface Place {
  readonly cwd: string;
  readonly root: string;
  readonly version: Version;
}

/** Starts a Claude at a terminal: below a pane's shell, as a pane's own process, or (`null`) in another terminal. */
export function startClaude(
  truth: Truth,
  below: Proc | null,
  place: Place,
  { how, of, asks, reuse }: { how: Start; of: string | null; asks: boolean; reuse?: Proc | undefined },
): Proc {
  const chosen = truth.newId();
  const argv = ['claude', ...wordsOf(how, chosen, of)];
  const tty = below?.tty ?? 40_000;
  const at = { ppid: below?.pid ?? 1, argv, exe: '/usr/bin/claude', cwd: place.cwd, tty, inForeground: true };
  const proc = truth.newProcess(at, reuse);
  const mode = how === 'attach' || how === 'agents' ? 'view' : 'interactive';
  proc.agent = agentOf(place, { mode, entrypoint: 'cli', jobId: null });
  if (mode === 'view') return proc;
  const isFork = (how === 'fork' || how === 'chosen fork') && of !== null;
  const goesOn = (how === 'resume' || how === 'continue') && of !== null;
  proc.agent.pending = { id: goesOn ? of : chosen, isCopyOf: isFork ? of : null };
  // Only versions that keep records are modelled with a question at the start: without a record nothing tells the two
  // cases apart.
  if (!asks || place.version.record === 'none') answer(truth, proc);
  return proc;
}

function wordsOf(how: Start, chosen: string, of: string | null): readonly string[] {
  if (how === 'attach') return ['attach', 'job'];
  if (how === 'agents') return ['agents'];
  if (how === 'chosen') return ['--session-id', chosen];
  if (of === null || how === 'fresh') return [];
  if (how === 'continue') return ['--continue'];
  const fork = how === 'resume' ? [] : ['--fork-session'];
  return ['--resume', of, ...fork, ...(how === 'chosen fork' ? ['--session-id', chosen] : [])];
}

export function agentOf(place: Place, fields: Pick<Agent, 'mode' | 'entrypoint' | 'jobId'>): Agent {
  const { root, version } = place;
  const state = { current: null, pending: null, copyOf: null, record: null, report: null, parkedJobId: null };
  return { ...fields, ...state, kind: 'claude', root, version, ran: new Set() };
}

/** Answers the question at the start: the conversation and the record are there. */
export function answer(truth: Truth, { agent }: Proc): void {
  if (agent === null || agent.pending === null) return;
  const { id, isCopyOf } = agent.pending;
  agent.pending = null;
  agent.copyOf = isCopyOf;
  run(agent, id);
  // For a fork a hook is reported to name the parent.
  truth.say(agent, 'SessionStart', isCopyOf === null ? 'startup' : 'resume', isCopyOf ?? id);
  if (agent.version.record !== 'none') agent.record = { sessionId: id, updatedAt: truth.now, status: 'idle' };
}

/** Writes into the conversation: the user says something, or the agent answers. */
export function prompt(truth: Truth, { cwd, agent }: Proc): void {
  if (agent?.current == null || agent.parkedJobId !== null) return;
  const parent = agent.copyOf === null ? undefined : truth.conversations.get(agent.copyOf);
  truth.write(agent.current, fileOf(agent, cwd, { kind: 'unknown' }), parent?.bornAt);
  agent.copyOf = null;
  truth.say(agent, 'Stop', null);
  if (agent.record === null) return;
  agent.record.updatedAt = truth.now;
  agent.record.status = agent.record.status === 'idle' ? 'busy' : 'idle';
}

export function clear(truth: Truth, { cwd, agent }: Proc): void {
  if (!isTalking(agent)) return;
  const id = truth.newId();
  truth.touchLeft(agent, agent.current);
  truth.write(id, fileOf(agent, cwd, { kind: 'clear' }));
  agent.ran.clear();
  const follows = agent.version.record === 'true' || (agent.version.record === 'random' && truth.now % 2 === 0);
  if (agent.record !== null && follows) agent.record = { ...agent.record, sessionId: id, updatedAt: truth.now };
  run(agent, id);
  truth.say(agent, 'SessionStart', 'clear');
}

/** Resumes another conversation in the picker: nothing is written into it before the next prompt. */
export function resume(truth: Truth, { agent }: Proc, id: string): void {
  if (!isTalking(agent) || truth.conversations.get(id)?.root !== agent.root) return;
  truth.touchLeft(agent, agent.current);
  if (agent.record !== null) agent.record = { ...agent.record, sessionId: id, updatedAt: truth.now };
  run(agent, id);
  truth.say(agent, 'SessionStart', 'resume');
}

/** Branches: the copy is there at once, with its parent's times. No hook tells of it before the next answer. */
export function branch(truth: Truth, { cwd, agent }: Proc): void {
  const parent = agent?.current == null ? undefined : truth.conversations.get(agent.current);
  if (!isTalking(agent) || parent === undefined) return;
  const id = truth.newId();
  truth.write(id, fileOf(agent, cwd, { kind: 'branch', parent: parent.id }), parent.bornAt);
  truth.touchLeft(agent, parent.id);
  if (agent.record !== null) agent.record = { ...agent.record, sessionId: id, updatedAt: truth.now };
  run(agent, id);
}

/**
 * Starts a background session by `/fork`, `--bg` or the left arrow: the pane's own conversation goes on, or is parked.
 */
export function toBackground(truth: Truth, proc: Proc, parks: boolean): void {
  const { agent } = proc;
  if (!isTalking(agent) || agent.version.record !== 'true') return;
  const jobId = `job${truth.newId()}`;
  const argv = ['claude.exe', 'bg-spare'];
  const at = { ppid: proc.pid, argv, exe: '/usr/bin/claude.exe', cwd: proc.cwd, tty: 50_000, inForeground: true };
  const daemon = truth.newProcess(at);
  daemon.agent = agentOf({ ...agent, cwd: proc.cwd }, { mode: 'bg', entrypoint: 'cli', jobId });
  const id = truth.newId();
  run(daemon.agent, id);
  daemon.agent.record = { sessionId: id, updatedAt: truth.now, status: 'busy' };
  truth.write(id, fileOf(daemon.agent, proc.cwd, { kind: 'unknown' }));
  if (parks) agent.parkedJobId = jobId;
}

/** Runs a visitor (headless, an IDE, an SDK) to its end; `stays` while it still answers. */
export function visit(
  truth: Truth,
  place: Place,
  entrypoint: string,
  below: Proc | null,
  { stays, inForeground = false }: { readonly stays: boolean; readonly inForeground?: boolean },
): void {
  const argv = entrypoint === 'sdk-cli' ? ['claude', '-p', 'go'] : ['node', '/ide/server.js'];
  const at = {
    ppid: below?.pid ?? 1,
    argv,
    exe: '/usr/bin/claude',
    cwd: place.cwd,
    tty: inForeground ? 30_000 : 0,
    inForeground,
  };
  const proc = truth.newProcess(at);
  proc.agent = agentOf(place, { mode: 'headless', entrypoint, jobId: null });
  const id = truth.newId();
  run(proc.agent, id);
  truth.say(proc.agent, 'SessionStart', 'startup');
  if (place.version.record !== 'none') proc.agent.record = { sessionId: id, updatedAt: truth.now, status: 'busy' };
  truth.write(id, fileOf(proc.agent, place.cwd, { kind: 'unknown' }));
  if (!stays) truth.end(proc, 'exit');
}

function isTalking(agent: Agent | null): agent is Agent {
  return agent !== null && agent.kind === 'claude' && agent.current !== null && agent.parkedJobId === null;
}

function run(agent: Agent, id: string): void {
  agent.current = id;
  agent.ran.add(id);
}

function fileOf(
  { root, version, entrypoint, mode }: Agent,
  cwd: string,
  beginning: Conversation['beginning'],
): Omit<Conversation, 'id' | 'bornAt' | 'mtime'> {
  return { root, cwd, version: version.inLines, entrypoint, isBackground: mode === 'bg', beginning };
}

/** Returns the agent that a pane belongs to. */
export function agentIn(truth: Truth, pane: Pane): (Proc & { readonly agent: Agent }) | null {
  return truth.agents.find((one) => one.pid === pane.root.pid || one.ppid === pane.root.pid) ?? null;
}
