import type { AgentActivity } from './activity.ts';
import type { Agent } from './entry.ts';
import type { AgentReport } from './report.ts';

/**
 * The common evidence: every agent answers about its processes and its files in this one shape. The core judges it and
 * knows no agent by name. Times are ms since 1970, ids in maps are in small letters (`idKey`).
 */
export interface AgentEvidence {
  /** The agent's folders; none: no entry and no process needed the agent's files. */
  readonly folders: readonly AgentFolder[];
  /** The folders belong to processes: each process says by its environment which one it uses. */
  readonly hasFolderPerProcess: boolean;
  /** By pid: living processes that are bound to conversations, in the observed panes and in other terminals. */
  readonly holders: ReadonlyMap<number, readonly Holder[]>;
  /** `null`: this program does not read the agent's conversations. */
  readonly artifacts: Artifacts | null;
  /** By id: the shell command that goes on with a conversation, unless its file is known to be missing. */
  readonly resume: ReadonlyMap<string, string>;
  /**
   * By working directory of a living agent whose record does not tell its conversation. Those that name the directory
   * and may be the agent's: changed since it started, or recorded by an entry. A directory with an unreadable one is left
   * out. `null`: the agent's files do not tell which conversations were begun in a folder.
   */
  readonly conversations: ReadonlyMap<string, readonly Conversation[]> | null;
  /**
   * By id: the ends of recorded conversations that no live agent was seen to run, and of those in which they go on.
   */
  readonly ends: ReadonlyMap<string, ConversationEnd>;
  /** By pid: what a process does now; a process is left out if that is not known. */
  readonly activity: ReadonlyMap<number, AgentActivity>;
  /** Folders or files of another kind or owner: only the conversations that may be there are unknown. */
  readonly unreadable: readonly Unreadable[];
  /**
   * Why nothing proves the conversation of its processes, and what would settle that; `null`: its files can prove it.
   */
  readonly unprovable: string | null;
  /** What may go on although its pane is gone, in a whole sentence for people; `null`: nothing. */
  readonly outlives: string | null;
}

/** An agent of which nothing was seen. An agent's folder says only what differs. */
export const noEvidence: AgentEvidence = {
  folders: [],
  hasFolderPerProcess: false,
  holders: new Map(),
  artifacts: new Map(),
  resume: new Map(),
  conversations: null,
  ends: new Map(),
  activity: new Map(),
  unreadable: [],
  unprovable: null,
  outlives: null,
};

export interface AgentFolder {
  readonly path: string;
  readonly exists: boolean;
  /** Agents of this folder keep a live record of each process that runs a conversation. */
  readonly keepsRecords: boolean;
  /** How long conversations are kept: the shortest time of all settings that rule this folder; `null`: for good. */
  readonly cleanup: Cleanup | null;
}

export interface Cleanup {
  readonly days: number;
  /** The agent's own name of that setting. */
  readonly setting: string;
  /** The file that says so; `null`: the agent's default. */
  readonly setBy: string | null;
}

/** A process that is an agent, by its name or by the agent's own record of it. */
export interface AgentProcess extends Launch {
  readonly agent: Agent;
  /** It has the agent's name; otherwise only a record of the agent names it. */
  readonly isByName: boolean;
  /** What it said last of itself, through its own hook or a wrapper; absent: nothing. */
  readonly report?: AgentReport;
}

/** What a process was started for, by its arguments and its environment. */
export interface Launch {
  /**
   * `interactive`: a conversation at a terminal. `headless`: one answer. `view`: it shows or manages what other
   * processes run. `daemon`: it serves other processes. `teammate`: the agent of another pane started it beside
   * itself, and gives it its work.
   */
  readonly mode: 'interactive' | 'headless' | 'view' | 'daemon' | 'teammate';
  /** The conversation that its arguments give it as its own; `null`: none, or they leave that open. */
  readonly id: string | null;
  /** The conversation of which it began a copy; absent: of none. A report may name it for the copy. */
  readonly parent?: string;
  /** It begins a conversation of that id if there is none; otherwise it only goes on with an existing one. */
  readonly mayBegin: boolean;
  /** The background job that it shows. */
  readonly job: string | null;
  /** The folder in which it keeps its files; `null`: not known, it may be any folder. */
  readonly root: string | null;
}

/** The bond of a living process to a conversation: the agent's own record of the process, or a lock that it holds. */
export interface Holder {
  readonly pid: number;
  /** When the process started, as the source names it; `null`: it names no start. */
  readonly start: string | null;
  readonly id: string;
  readonly by: 'record' | 'lock';
  /** The path of the record or of the lock, for people. */
  readonly path: string;
  readonly worth: Worth;
  /** The version of the agent that wrote the record; `null`: none is named. */
  readonly version: string | null;
  /** The process is in one of the observed panes. */
  readonly isInPanes: boolean;
  /** It talks with a user at a terminal: no headless run, no background session. */
  readonly isInteractive: boolean;
  readonly cwd: string | null;
  /** The pane in which it was started, by tmux's ids (per server, which it does not name); `null`: not named. */
  readonly pane: { readonly windowId: string; readonly paneId: string } | null;
  readonly updatedAt: number | null;
  /** Its conversation was moved to the background and goes on in the process that is that job. */
  readonly movedTo: string | null;
  /** The job that the process is. */
  readonly job: string | null;
  /** The facts of a background session; else `null`. */
  readonly background: Background | null;
}

/** What a lock says of its holder beside the ids: that it holds it now, and nothing more. */
export const bareLock: Omit<Holder, 'pid' | 'id' | 'path' | 'isInPanes'> = {
  start: null,
  by: 'lock',
  worth: { kind: 'kept' },
  version: null,
  isInteractive: true,
  cwd: null,
  pane: null,
  updatedAt: null,
  movedTo: null,
  job: null,
  background: null,
};

export interface Background {
  /** The first characters of the conversation with which it began; `null`: not known. */
  readonly beganWith: string | null;
  /** The shell command that shows it; `null`: there is none. */
  readonly attach: string | null;
}

/**
 * What a source proves after a `/clear`. `kept`: it names the present conversation. `stale`: it names a conversation
 * that ran at some time since the start. `unknown`: not measured.
 */
export type Worth =
  | { readonly kind: 'kept' }
  | { readonly kind: 'stale' }
  /** @property said for people, after "names one, but" */
  | { readonly kind: 'unknown'; readonly said: string };

/** A process's start and the times of the conversations' files may differ by so much; ms. */
export const doubtMs = 1_000;

/** A conversation of a working directory, by its first and last lines. */
export interface Conversation {
  readonly id: string;
  /** The agent's folder that holds it. */
  readonly root: string;
  /** The first time inside; `null`: none is named, and it proves nothing. */
  readonly bornAt: number | null;
  readonly mtime: number;
  /** The version of the agent that wrote its first lines; `null` if none is named. */
  readonly version: string | null;
  /** That version keeps a live record of each process, so a living writer would have one. */
  readonly hasRecordedWriter: boolean;
  /** An agent at a terminal began it: no headless run, no IDE, no background session. */
  readonly isInteractive: boolean;
  readonly beginning: Beginning;
}

/**
 * How a conversation began. `clear`: its first lines hold the `/clear` that made it. `branch`: its lines name the
 * conversation from which they were copied. `unknown`: they say neither; a copy by `--fork-session` looks so, with its
 * parent's times.
 */
export type Beginning =
  { readonly kind: 'clear' } | { readonly kind: 'branch'; readonly parent: string } | { readonly kind: 'unknown' };

/** Where a conversation goes on, by its last lines. */
export interface ConversationEnd {
  /** The folder to which it belongs now: after `/cd`, in a worktree. A `cd` of its agent's shell does not count. */
  readonly cwd: string | null;
  /** The conversation in which a `continued-in` line says that it goes on. */
  readonly continuedIn: string | null;
}

/** A file that holds a conversation. */
export interface Artifact {
  readonly path: string;
  readonly size: number;
  readonly mtime: number;
}

/**
 * By id in small letters, for every wanted id and those named by the files: `null`: it is in none of the folders. An id
 * that may be under an unreadable path is left out. Read it through `fileOf`.
 */
export type Artifacts = ReadonlyMap<string, Artifact | null>;

/** One path that could not be read. */
export interface Unreadable {
  readonly path: string;
  /** The reason without the path: `may not be read (EACCES)`. */
  readonly reason: string;
  readonly cure: string;
  /**
   * What the path may hide: conversations (one by its id, in small letters), or the conversations of processes; `null`:
   * any.
   */
  readonly hides:
    | { readonly kind: 'conversations'; readonly id: string | null }
    | { readonly kind: 'records'; readonly pid: number | null };
}
