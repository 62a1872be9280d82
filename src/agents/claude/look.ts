import type { Artifact, Artifacts, Beginning, ConversationEnd, Unreadable } from '../../core/model/evidence.ts';

/** What Claude's own files say in one look. @see claudeEvidence */
export interface ClaudeLook {
  /** The roots that were looked at, and whether each could be read. */
  readonly roots: readonly ClaudeRoot[];
  /** By pid; only for processes in the trees asked for, checked with pid + start. */
  readonly live: ReadonlyMap<number, ClaudeLive>;
  /** By pid; living processes outside those trees (another terminal, a session without an entry), checked likewise. */
  readonly foreign: ReadonlyMap<number, ClaudeLive>;
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

/** A transcript of a working directory: what its first and last lines say of it. */
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
