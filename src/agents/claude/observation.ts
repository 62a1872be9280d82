import type { Artifact, Artifacts, Beginning, ConversationEnd, Unreadable } from '../../core/model/evidence.ts';

/** The content of Claude's own files in one observation. @see claudeEvidence */
export interface ClaudeObservation {
  /** The roots, and whether each could be read. */
  readonly roots: readonly ClaudeRoot[];
  /** By pid; only for processes in the trees asked for, checked with pid + start. */
  readonly live: ReadonlyMap<number, ClaudeLive>;
  /** By pid; living processes outside those trees (another terminal, a session without an entry), checked likewise. */
  readonly foreign: ReadonlyMap<number, ClaudeLive>;
  readonly artifacts: Artifacts;
  /**
   * By working directory of a living agent whose record does not tell its conversation: the transcripts that name the
   * directory and may be the agent's: changed since it started, or recorded by an entry. A directory with an unreadable
   * transcript is left out.
   */
  readonly transcripts: ReadonlyMap<string, readonly Transcript[]>;
  /**
   * By id in small letters: the ends of recorded conversations that no live agent was seen to run, and of those in
   * which they go on.
   */
  readonly ends: ReadonlyMap<string, ConversationEnd>;
  /** Folders or files of another kind or owner: only the conversations that may be there are unknown. */
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
  /** The start ticks in the file; `null` in old versions. */
  readonly procStart: string | null;
  /** The version of the Claude that keeps the record: it decides whether the record follows `/clear`. */
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

/** A transcript of a working directory, by its first lines. */
export interface Transcript extends Artifact {
  readonly id: string;
  /** The config root of Claude that holds it. */
  readonly root: string;
  /** The first timestamp inside; `null` if it holds only metadata lines (it then proves nothing). */
  readonly bornAt: number | null;
  /** The first `cwd` inside. */
  readonly cwd: string | null;
  /** The version of Claude that wrote its first lines; `null` if none is named. */
  readonly version: string | null;
  /**
   * The kind of program that wrote its first lines: `cli` (interactive), `sdk-cli` (`claude -p`), an IDE's word, …;
   * `null` if none is named.
   */
  readonly entrypoint: string | null;
  /** A background session wrote it: its lines say `sessionKind: "bg"`. */
  readonly isBackground: boolean;
  readonly beginning: Beginning;
}
