import type { Activity, Waiting } from './activity.ts';
import type { Agent } from './entry.ts';

/**
 * The common evidence: what every agent's folder answers about its processes and its files, in one shape. The core
 * judges it and knows no agent by name. Times are ms since 1970, ids in maps are in small letters (`idKey`).
 */
export interface AgentEvidence {
  /** The folders that were looked at; none: no entry and no process needed the agent's files. */
  readonly folders: readonly AgentFolder[];
  /** The folders belong to processes: each process says by its environment which one it uses. */
  readonly hasFolderPerProcess: boolean;
  /** By pid: living processes that are bound to conversations, in the panes that were looked at and elsewhere. */
  readonly holders: ReadonlyMap<number, readonly Holder[]>;
  /** `null`: the agent keeps its conversations where this program does not look. */
  readonly artifacts: Artifacts | null;
  /** By id, for conversations that are not known to be missing: the shell command that goes on with it. */
  readonly resume: ReadonlyMap<string, string>;
  /**
   * By working directory of a living agent: the conversations that name it inside and that could be its: changed since
   * it started, or recorded by an entry. A directory of which one could not be read is not in it. `null`: the agent's
   * files do not tell what was begun in a folder.
   */
  readonly conversations: ReadonlyMap<string, readonly Conversation[]> | null;
  /** By id: of recorded conversations that no live agent was seen to run, and of what they go on in. */
  readonly ends: ReadonlyMap<string, ConversationEnd>;
  /** By pid: what a process does now; none where that is not known. */
  readonly activity: ReadonlyMap<number, AgentActivity>;
  /** A folder or a file of another kind or owner: what could lie there is unknown, and only that. */
  readonly unreadable: readonly Unreadable[];
  /** Why nothing proves what a process of it runs, and what would settle that; `null`: its files can prove it. */
  readonly unprovable: string | null;
  /** What may go on although its pane is gone, in a whole sentence for people; `null`: nothing. */
  readonly outlives: string | null;
}

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

/** A process that is an agent, by what it is called or by the agent's own record of it. */
export interface AgentProcess extends Launch {
  readonly agent: Agent;
  /** It is called as the agent is; else only a record of the agent's names it. */
  readonly isByName: boolean;
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
  /** It begins a conversation of that id if there is none; else it only goes on with one that it finds. */
  readonly mayBegin: boolean;
  /** The background job that it shows. */
  readonly job: string | null;
  /** The folder in which it keeps its files; `null`: not known, it may be any. */
  readonly root: string | null;
}

/** What binds a living process to a conversation: the agent's own record of the process, or a lock that it holds. */
export interface Holder {
  readonly pid: number;
  /** When the process started, as the source names it; `null`: it does not. */
  readonly start: string | null;
  readonly id: string;
  readonly by: 'record' | 'lock';
  /** What names it, for people: the path of the record or of the lock. */
  readonly path: string;
  readonly worth: Worth;
  /** The version of the agent that says so; `null`: none is named. */
  readonly version: string | null;
  /** The process is in one of the panes that were looked at. */
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
  /** Of a background session; else `null`. */
  readonly background: Background | null;
}

export interface Background {
  /** The first characters of the conversation with which it began; `null`: not known. */
  readonly beganWith: string | null;
  /** The shell command that shows it; `null`: none does. */
  readonly attach: string | null;
}

/**
 * What a source proves after a `/clear`. `kept`: it names the conversation that runs now. `stale`: it names one that ran
 * at some time since the start. `unknown`: not measured.
 */
export type Worth =
  | { readonly kind: 'kept' }
  | { readonly kind: 'stale' }
  /** @property said for people, behind "names one, but" */
  | { readonly kind: 'unknown'; readonly said: string };

/** A conversation of a working directory: what its first and last lines say of it. */
export interface Conversation {
  readonly id: string;
  /** The agent's folder in which it lies. */
  readonly root: string;
  /** First time inside; `null`: none is named, and it proves nothing. */
  readonly bornAt: number | null;
  readonly mtime: number;
  /** The version of the agent that wrote its first lines; `null` where none is named. */
  readonly version: string | null;
  /** That version keeps a live record of each process: had one begun it, the record would be there. */
  readonly hasRecordedWriter: boolean;
  /** An agent at a terminal began it: no headless run, no IDE, no background session. */
  readonly isInteractive: boolean;
  readonly beginning: Beginning;
}

/**
 * How a conversation began. `clear`: its first lines hold the `/clear` that made it. `branch`: its lines name the
 * conversation that they were copied from. `unknown`: they say neither; a copy by `--fork-session` looks like this, with
 * its parent's times.
 */
export type Beginning =
  { readonly kind: 'clear' } | { readonly kind: 'branch'; readonly parent: string } | { readonly kind: 'unknown' };

/** Where a conversation goes on: what its last lines say. */
export interface ConversationEnd {
  /** The folder to which it belongs now: after `/cd`, in a worktree. Not where a `cd` of its agent's shell led. */
  readonly cwd: string | null;
  /** The conversation in which a `continued-in` line says that it goes on. */
  readonly continuedIn: string | null;
}

export interface AgentActivity {
  readonly activity: Activity | null;
  readonly waiting: Waiting | null;
}

/** A file that holds a conversation. */
export interface Artifact {
  readonly path: string;
  readonly size: number;
  readonly mtime: number;
}

/**
 * By id in small letters, for every id asked for or named by what was read: `null` = looked everywhere, not there. An id
 * that could lie in what could not be read is not in it. Read it through `fileOf`.
 */
export type Artifacts = ReadonlyMap<string, Artifact | null>;

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
