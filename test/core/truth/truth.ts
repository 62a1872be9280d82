import type { Beginning } from '../../../src/core/model/evidence.ts';

/**
 * A machine as it really is: which agent runs which conversation. Agents act as the real ones were measured; `look.ts`
 * decides what of it an observation shows. Times are ms since 1970.
 */
export class Truth {
  now: number;
  servers: Server[] = [];
  processes: Proc[] = [];
  conversations = new Map<string, Conversation>();
  /** Records that were left behind by a kill. */
  left: { readonly proc: Proc; readonly record: LiveRecord }[] = [];
  /** Whether the agents' hooks are installed, and whether a report can be kept now. */
  hooks: 'none' | 'work' | 'fail' = 'none';
  #ids = 0;
  #starts = 0;

  constructor(now: number) {
    this.now = now;
  }

  /** Sets the clock; the kernel's times go along. */
  setClock(by: number): void {
    this.now += by;
    for (const one of [...this.living, ...this.servers]) one.startedAt += by;
  }

  newId(): string {
    this.#ids += 1;
    return `${String(this.#ids).padStart(8, '0')}-aaaa-4000-8000-000000000000`;
  }

  /** @param reuse a dead process whose pid comes back */
  newProcess(fields: Pick<Proc, 'ppid' | 'argv' | 'exe' | 'cwd' | 'tty' | 'inForeground'>, reuse?: Proc): Proc {
    this.#starts += 1;
    const pid = reuse !== undefined && !reuse.isAlive ? reuse.pid : 1000 + this.#starts;
    const times = { startedAt: this.now, begunAt: this.now };
    const proc: Proc = { ...fields, ...times, pid, start: `s${this.#starts}`, isAlive: true, agent: null };
    this.processes.push(proc);
    return proc;
  }

  get living(): readonly Proc[] {
    return this.processes.filter(({ isAlive }) => isAlive);
  }

  /** Living agents at a terminal. */
  get agents(): readonly (Proc & { readonly agent: Agent })[] {
    return this.living.filter(isAgent);
  }

  get sessions(): readonly Session[] {
    return this.servers.flatMap((server) => (server.isAlive ? server.sessions : []));
  }

  get panes(): readonly Pane[] {
    return this.sessions.flatMap(({ panes }) => panes);
  }

  /** Ends a process and all below it; a kill leaves its record behind. */
  end(proc: Proc, how: 'exit' | 'kill'): void {
    for (const child of this.living.filter(({ ppid }) => ppid === proc.pid)) {
      if (child.agent?.mode === 'bg') child.ppid = 1;
      else this.end(child, how);
    }
    proc.isAlive = false;
    const { agent } = proc;
    if (agent === null) return;
    if (agent.record !== null && how === 'kill') this.left.push({ proc, record: agent.record });
    agent.record = null;
    if (agent.kind === 'claude' && how === 'exit') this.touchLeft(agent, agent.current);
  }

  /** The hook of an agent reports. */
  say(agent: Agent, event: string, source: string | null, id = agent.current): void {
    if (this.hooks === 'work' && agent.kind === 'claude') agent.report = { event, source, id, at: this.now };
  }

  endSession(session: Session, how: 'exit' | 'kill'): void {
    for (const { root } of session.panes) this.end(root, how);
    session.server.sessions = session.server.sessions.filter((one) => one !== session);
  }

  /** Writes into the conversation that is left, as 2.1.288 and later do. */
  touchLeft(agent: Agent, id: string | null): void {
    const file = id === null ? undefined : this.conversations.get(id);
    if (file !== undefined && agent.version.touchesLeft) file.mtime = this.now;
  }

  write(id: string, fields: Omit<Conversation, 'id' | 'bornAt' | 'mtime'>, bornAt = this.now): void {
    const known = this.conversations.get(id);
    if (known === undefined) this.conversations.set(id, { ...fields, id, bornAt, mtime: this.now });
    else known.mtime = this.now;
  }
}

export interface Server {
  readonly socket: string;
  readonly pid: number;
  readonly start: string;
  startedAt: number;
  isAlive: boolean;
  sessions: Session[];
}

export interface Session {
  readonly server: Server;
  readonly id: string;
  readonly created: number;
  name: string;
  panes: Pane[];
}

export interface Pane {
  readonly id: string;
  readonly root: Proc;
}

export interface Proc {
  readonly pid: number;
  ppid: number;
  readonly start: string;
  /** As the kernel tells it: a clock that is set moves it, because the kernel counts from the boot. */
  startedAt: number;
  /** As the clock said then. */
  readonly begunAt: number;
  readonly argv: readonly string[];
  readonly exe: string;
  readonly tty: number;
  inForeground: boolean;
  cwd: string;
  isAlive: boolean;
  agent: Agent | null;
}

export interface Agent {
  readonly kind: 'claude' | 'agy';
  readonly mode: 'interactive' | 'headless' | 'view' | 'bg';
  readonly root: string;
  readonly version: Version;
  readonly entrypoint: string;
  readonly jobId: string | null;
  /** The conversation that it runs now; a view and a parked agent show another process's. */
  current: string | null;
  /** All conversations since its last `/clear`: it could have resumed each without a trace. */
  readonly ran: Set<string>;
  /** The conversation that it will run once its question at the start is answered. */
  pending: { readonly id: string; readonly isCopyOf: string | null } | null;
  /** A fork's file is made at the first prompt, with its parent's times. */
  copyOf: string | null;
  record: LiveRecord | null;
  report: Report | null;
  parkedJobId: string | null;
}

export interface Report {
  readonly event: string;
  readonly source: string | null;
  readonly id: string | null;
  readonly at: number;
}

export interface LiveRecord {
  sessionId: string;
  updatedAt: number;
  status: 'idle' | 'busy' | 'shell';
}

export interface Conversation {
  readonly id: string;
  readonly root: string;
  readonly cwd: string;
  readonly version: string | null;
  readonly entrypoint: string | null;
  readonly isBackground: boolean;
  readonly beginning: Beginning;
  readonly bornAt: number;
  mtime: number;
}

/** What was measured of a version; see `src/agents/claude/versions.ts`. */
export interface Version {
  /** The version as its record names it. */
  readonly inRecord: string | null;
  /** The version as its transcripts name it. */
  readonly inLines: string | null;
  readonly record: 'none' | 'stale' | 'random' | 'true';
  readonly touchesLeft: boolean;
  readonly namesPane: boolean;
}

export const versions: readonly Version[] = [
  { inRecord: '2.1.332', inLines: '2.1.332', record: 'true', touchesLeft: true, namesPane: true },
  { inRecord: '2.1.128', inLines: '2.1.128', record: 'true', touchesLeft: false, namesPane: false },
  { inRecord: null, inLines: '2.1.332', record: 'true', touchesLeft: true, namesPane: false },
  { inRecord: '2.1.125', inLines: '2.1.125', record: 'random', touchesLeft: false, namesPane: false },
  { inRecord: '2.1.123', inLines: '2.1.123', record: 'stale', touchesLeft: false, namesPane: false },
  { inRecord: '2.1.117', inLines: '2.1.117', record: 'stale', touchesLeft: false, namesPane: false },
  { inRecord: null, inLines: '2.1.100', record: 'none', touchesLeft: false, namesPane: false },
  { inRecord: null, inLines: null, record: 'none', touchesLeft: false, namesPane: false },
];

function isAgent(proc: Proc): proc is Proc & { readonly agent: Agent } {
  return proc.agent !== null && proc.agent.mode !== 'bg' && proc.agent.mode !== 'headless';
}
