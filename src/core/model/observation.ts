import type { SocketPath } from './branded.ts';
import type { Agent } from './entry.ts';
import type { AgentEvidence, AgentProcess } from './evidence.ts';
import type { DelegateJob } from './job.ts';

/**
 * What all sources say in one observation. Every source answers `Seen<T>`: what it knows, or that it is blind and
 * how to cure that. A blind source says nothing: no conclusion may be drawn from it. Times are ms since 1970.
 */
export type Seen<T> = { readonly known: T } | { readonly blind: string; readonly cure: string };

export interface Observation {
  readonly at: number;
  readonly host: string;
  readonly place: Place;
  /** Whose sessions are watched: his home. */
  readonly home: string;
  readonly boot: Seen<{ readonly id: string; readonly bootedAt: number }>;
  /** One a socket that was asked. */
  readonly sockets: ReadonlyMap<SocketPath, Seen<SocketState>>;
  /**
   * The path for each `tmux_socket` word of the registry; `null` is the default socket.
   */
  readonly socketPaths: ReadonlyMap<string | null, SocketPath>;
  /** The sockets that only the kernel named: they are asked only for sessions that were never seen. */
  readonly foundSockets: ReadonlySet<SocketPath>;
  /** Living tmux servers of the user that cannot be asked from here; looked for only while some session was never seen. */
  readonly unreachable: readonly UnreachableServer[];
  /** When the remembered tmux servers started, by pid: an opaque string, `null` if no such process lives. */
  readonly servers: ReadonlyMap<number, string | null>;
  /** Process trees by the pane pid at their root: for the panes that were needed, and remembered pane pids. */
  readonly panes: ReadonlyMap<number, Seen<PaneTree>>;
  /** By pid: the agents among these processes, even if the agent's files cannot be read. */
  readonly agentProcesses: ReadonlyMap<number, AgentProcess>;
  /** The evidence of each agent's own files. */
  readonly evidence: ReadonlyMap<Agent, Seen<AgentEvidence>>;
  /**
   * By job id, for every wanted id; `null`: there is no such file. Empty if the folder is not there: a mount may be
   * away, which says nothing about a job.
   */
  readonly jobs: ReadonlyMap<string, Seen<DelegateJob | null>>;
  /** For each folder of a possible resume line: whether it exists. An unreadable one is left out. */
  readonly folders: ReadonlyMap<string, boolean>;
}

/** Where sessions live: a machine and, unless it is the machine's first, a PID namespace. */
export interface Place {
  /** The id of the place. A host that is renamed keeps it; a container that is made anew has another. */
  readonly id: string;
  /**
   * Why a session that no log knows may run in another place that shares these files; `null`: nothing says so. It is a
   * clause after `here`: `the PID namespace is not the first of the machine`.
   */
  readonly borrowed: string | null;
}

export interface UnreachableServer {
  readonly pid: number;
  /** The path as the kernel names it; in another mount namespace it may be another file. */
  readonly socket: SocketPath;
  readonly reason: string;
  readonly cure: string;
}

/**
 * The state of one socket. `server: null` is a complete empty answer: no tmux server process of this user lives that
 * could be it.
 */
export interface SocketState {
  readonly server: TmuxServer | null;
  /** Pids of other living servers behind the same path, whose socket file was replaced: they cannot be asked. */
  readonly hidden: readonly number[];
  /** Evidence, in words: `complete list of 11 sessions`, `no server: no socket file, no tmux process`. */
  readonly said: string;
}

export interface TmuxServer {
  readonly pid: number;
  /** Start time of the server process, an opaque string (ticks on Linux). */
  readonly start: string;
  readonly startedAt: number;
  readonly version: string;
  readonly sessions: readonly TmuxSession[];
}

export interface TmuxSession {
  /** tmux's own id, `$3`. */
  readonly id: string;
  readonly name: string;
  readonly created: number;
  readonly panes: readonly TmuxPane[];
}

export type TmuxPane = LivingPane | DeadPane;

interface PaneFacts {
  readonly id: string;
  readonly windowId: string;
  readonly command: string;
  readonly cwd: string;
}

interface LivingPane extends PaneFacts {
  readonly dead: false;
  readonly pid: number;
}

/** A pane without a process: `remain-on-exit` kept it after its process ended, or it never had one. */
interface DeadPane extends PaneFacts {
  readonly dead: true;
  /** The pid of the process that ended; `null` if tmux does not tell, as from 3.8 on. */
  readonly pid: number | null;
}

/** One process. Zombies are not listed: they do not live. */
export interface Process {
  readonly pid: number;
  readonly ppid: number;
  /** Start time as an opaque string (ticks on Linux): pid + start is the identity. */
  readonly start: string;
  readonly startedAt: number;
  readonly processGroup: number;
  /** The terminal's foreground process group; -1 without a terminal. */
  readonly foregroundGroup: number;
  /** 0: no terminal. */
  readonly tty: number;
  readonly argv: readonly string[];
  /** The resolved executable; `null` if it cannot be read. */
  readonly exe: string | null;
  readonly cwd: string | null;
  /**
   * The folders by the variables that agents name, absolute, from the process's own environment; unset and unreadable
   * ones are left out.
   */
  readonly folders: Readonly<Record<string, string>>;
  readonly home: string | null;
}

export interface PaneTree {
  /** `null`: no such process lives any more. */
  readonly root: Process | null;
  /** The root's parent is a living tmux server. */
  readonly parentIsTmux: boolean;
  readonly descendants: readonly Process[];
}
