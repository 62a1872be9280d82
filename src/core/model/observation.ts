import type { JobLook } from './job.ts';

/**
 * What one look at the world said. Every source answers `Seen<T>`: what it knows, or that it is blind and
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
  /** One a socket that was asked, by its absolute path. */
  readonly sockets: ReadonlyMap<string, Seen<SocketState>>;
  /**
   * The absolute path that stands for each `tmux_socket` word of the registry; `null` is the default socket. A word
   * that names no path for certain (`~bob/x`, `run/x`) stands for itself.
   */
  readonly socketPaths: ReadonlyMap<string | null, string>;
  /** Those of them that only the kernel named: asked for sessions that were never seen, and for nothing else. */
  readonly foundSockets: ReadonlySet<string>;
  /** Living tmux servers of the user that cannot be asked from here; looked for only while some session was never seen. */
  readonly unreachable: readonly UnreachableServer[];
  /** When the remembered tmux servers started, by pid: an opaque string, `null` where no such process lives. */
  readonly servers: ReadonlyMap<number, string | null>;
  /** Process trees by the pane pid at their root: for the panes that were needed, and remembered pane pids. */
  readonly panes: ReadonlyMap<number, Seen<PaneTree>>;
  readonly claude: Seen<ClaudeLook>;
  readonly agy: Seen<AgyLook>;
  /**
   * By job id, for every id asked for: `null` = no such file. None where their folder is not there: that may be a mount
   * that is away, and says nothing of a job.
   */
  readonly jobs: ReadonlyMap<string, Seen<JobLook | null>>;
  /** Whether there is such a folder: of those into which a resume line could lead. None where it may not be seen. */
  readonly folders: ReadonlyMap<string, boolean>;
}

/** Where sessions live: a machine and, where it is not the machine's first, a PID namespace. */
export interface Place {
  /** Tells it from every other place. A host that is renamed keeps it; a container that is made anew has another. */
  readonly id: string;
  /**
   * Why a session that no log knows may well run in another place that shares these files; `null`: nothing says so. A
   * clause that follows `here`: `the PID namespace is not the first of the machine`.
   */
  readonly borrowed: string | null;
}

export interface UnreachableServer {
  readonly pid: number;
  /** As the kernel names it; in another mount namespace the path of another file. */
  readonly socket: string;
  readonly reason: string;
  readonly cure: string;
}

/** `server: null` is a complete empty answer: no tmux server process of this user lives that could be it. */
export interface SocketState {
  readonly server: TmuxServer | null;
  /** Pids of other living servers behind the same path, whose socket file was replaced: nobody can ask them. */
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

export interface TmuxPane {
  readonly id: string;
  readonly windowId: string;
  readonly pid: number;
  /** Kept by `remain-on-exit` after its process ended; `pid` is then history. */
  readonly dead: boolean;
  readonly command: string;
  readonly cwd: string;
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
  /** Resolved executable, `null` where it may not be read. */
  readonly exe: string | null;
  readonly cwd: string | null;
  /** From the process's own environment; `null` where unset or unreadable. */
  readonly claudeConfigDir: string | null;
  readonly home: string | null;
}

export interface PaneTree {
  /** `null`: no such process lives any more. */
  readonly root: Process | null;
  /** The root's parent is a living tmux server. */
  readonly parentIsTmux: boolean;
  readonly descendants: readonly Process[];
}

/** A file that holds a conversation. */
export interface Artifact {
  readonly path: string;
  readonly size: number;
  readonly mtime: number;
}

/** A Claude transcript of a working directory: what its first and last lines say of it. */
export interface Transcript extends Artifact {
  readonly id: string;
  /** Claude's config root in which it lies. */
  readonly root: string;
  /** First timestamp inside; `null` if it holds metadata lines only (it then proves nothing). */
  readonly bornAt: number | null;
  /** First `cwd` inside. */
  readonly cwd: string | null;
  /** Last timestamp inside, `null` as above. */
  readonly lastAt: number | null;
  /** The version of Claude that wrote its first lines; `null` where none is named. */
  readonly version: string | null;
  /** Who wrote its first lines: `cli` (interactive), `sdk-cli` (`claude -p`), an IDE's word, …; `null` where none is named. */
  readonly entrypoint: string | null;
  /** A background session's: its lines say `sessionKind: "bg"`. */
  readonly isBackground: boolean;
  readonly beginning: Beginning;
}

/**
 * How a conversation began. `clear`: its first lines hold the `/clear` that made it. `branch`: its lines name the
 * conversation that they were copied from. `unknown`: they say neither; a copy by `--fork-session` looks like this, with
 * its parent's times.
 */
export type Beginning =
  { readonly kind: 'clear' } | { readonly kind: 'branch'; readonly parent: string } | { readonly kind: 'unknown' };

/** Where a conversation goes on: what its last lines say, read only of conversations that no live agent was seen to run. */
export interface ConversationEnd {
  /** The folder to which it belongs now: after `/cd`, in a worktree. Not where a `cd` of its agent's shell led. */
  readonly cwd: string | null;
  /** The conversation in which a `continued-in` line says that it goes on. */
  readonly continuedIn: string | null;
}

/** `sessions/<pid>.json` whose pid was checked against the living process by the reader. */
export interface ClaudeLive {
  readonly pid: number;
  readonly sessionId: string;
  readonly cwd: string | null;
  readonly startedAt: number | null;
  /** Start ticks the file names; `null` in old versions. */
  readonly procStart: string | null;
  /** The version of the Claude that keeps it: whether it follows `/clear` depends on that. */
  readonly version: string | null;
  /** `interactive` (also of `claude -p`), `bg`. */
  readonly kind: string | null;
  /** `cli`, `sdk-cli` for `-p`. */
  readonly entrypoint: string | null;
  /** The pane in which it was started, by tmux's ids (per server, which it does not name); `null` outside tmux. */
  readonly tmux: { readonly windowId: string; readonly paneId: string } | null;
  readonly status: 'idle' | 'busy' | 'waiting' | 'shell' | null;
  /** What it waits for, in Claude's own words, beside `waiting`. */
  readonly waitingFor: string | null;
  readonly statusUpdatedAt: number | null;
  readonly updatedAt: number | null;
  /** Its conversation was moved to the background and goes on in the process whose record has that `jobId`. */
  readonly parkedJobId: string | null;
  readonly jobId: string | null;
  readonly path: string;
}

export interface ClaudeRoot {
  readonly path: string;
  readonly exists: boolean;
  /** It has a `sessions` folder: its Claude is of a version that keeps live records. */
  readonly keepsRecords: boolean;
  /** How long Claude keeps its transcripts: the shortest time of all settings that rule this root. */
  readonly cleanupDays: number;
  /** The settings that say so; absent: Claude's default. */
  readonly cleanupSetBy?: string;
}

export interface ClaudeLook {
  /** The roots that were looked at, and whether each could be read. */
  readonly roots: readonly ClaudeRoot[];
  /** By pid; only for processes in the trees asked for, checked with pid + start. */
  readonly live: ReadonlyMap<number, ClaudeLive>;
  /** By pid; living processes outside those trees (another terminal, a session without an entry), checked likewise. */
  readonly foreign: ReadonlyMap<number, ClaudeLive>;
  /** As `AgyLook.artifacts`. */
  readonly artifacts: Artifacts;
  /**
   * By working directory of a living agent: the transcripts that name it inside and that could be its: changed since
   * it started, or recorded by an entry. A directory of which one could not be read is not in it.
   */
  readonly transcripts: ReadonlyMap<string, readonly Transcript[]>;
  /** By id in small letters: of recorded conversations that no live agent was seen to run, and of what they go on in. */
  readonly ends: ReadonlyMap<string, ConversationEnd>;
  /** A folder or a file of another kind or owner: what could lie there is unknown, and only that. */
  readonly unreadable: readonly Unreadable[];
}

/** One path that could not be read. */
export interface Unreadable {
  readonly path: string;
  /** Without the path: `may not be read (EACCES)`. */
  readonly reason: string;
  readonly cure: string;
  /** What it could hold: conversations (one by its id, in small letters), or what processes run; `null`: any. */
  readonly hides:
    | { readonly kind: 'conversations'; readonly id: string | null }
    | { readonly kind: 'records'; readonly pid: number | null };
}

export interface AgyLook {
  readonly root: string;
  readonly exists: boolean;
  /** Conversation id → pids that hold the flock on its presence lock. */
  readonly presence: ReadonlyMap<string, readonly number[]>;
  readonly artifacts: Artifacts;
  readonly unreadable: readonly Unreadable[];
}

/**
 * By id in small letters, for every id asked for or named by what was read: `null` = looked everywhere, not there. An id
 * that could lie in what could not be read is not in it. Read it through `fileOf`.
 */
export type Artifacts = ReadonlyMap<string, Artifact | null>;
