import type { AgentEvidence, Launch } from '../core/model/evidence.ts';
import type { AgentFacts } from '../core/model/agent.ts';
import type { Process, Seen } from '../core/model/observation.ts';
import type { StartFolder } from '../core/plan/need.ts';
import type { FileReads } from '../system/file-reads.ts';

/**
 * One coding agent: all that this program knows of it. To add one, make a folder beside this file, and put it into the
 * list of `index.ts`; see `docs/adding-an-agent.md`.
 */
export interface CodingAgent {
  readonly facts: AgentFacts;
  /** Decides by its name whether a process is this agent. */
  readonly recognise: (process: Pick<Process, 'argv' | 'exe'>) => boolean;
  /** Reads from its arguments what a process of it was started for. */
  readonly launch: (process: Process) => Launch;
  /**
   * Decides whether a word has the form of its conversations' ids: another program may report below it. Absent: each
   * word that a report may hold as an id has it.
   */
  readonly isId?: (word: string) => boolean;
  /**
   * Makes the reader of its files.
   * @param folders the folders that its setting names
   */
  readonly makeReader: (options: { readonly folders: readonly string[]; readonly home: string }) => AgentReader;
  /**
   * Loads the reader of what its conversations are about, which only a search needs. Absent: no title and no prompt of
   * this agent is found.
   */
  readonly texts?: () => Promise<TextReader>;
  /** Lists the folders in which something changes when a conversation begins, ends, or goes on under another id. */
  readonly watched: (evidence: AgentEvidence) => readonly string[];
}

/** Reads an agent's files. It never throws for an unreadable file, and never changes anything. */
export type AgentReader = (
  ask: AgentAsk,
) => Promise<{ readonly seen: Seen<AgentEvidence>; readonly bytesRead: number }>;

export interface AgentAsk {
  /** ms since 1970. */
  readonly at: number;
  /** Conversations of this agent that entries record, or that its processes report: their files must be found. */
  readonly ids: readonly string[];
  /** Every conversation that an entry records, of any agent, the former ones too. */
  readonly recorded: readonly string[];
  /** Conversations whose end is wanted if no living agent runs them. */
  readonly resumable: readonly string[];
  /** Folders of agents that were seen before. */
  readonly roots: readonly string[];
  /** Where agents of entries were started; absolute, or as the entry names it. */
  readonly folders: readonly StartFolder[];
  /** Every process of the observed panes. */
  readonly processes: readonly Process[];
  /** Finds the title of the pane in which a process runs, as the programs there wrote it; `null`: in no pane. */
  readonly titleOf: (pid: number) => string | null;
  /** Finds when a process started, as an opaque string; `null` if no such process can be read. */
  readonly startOf: (pid: number) => Promise<string | null>;
}

/** Reads titles and prompts of conversations, the newest first. It opens no file but by `lines`, which has limits. */
export interface TextReader {
  /** Reads one conversation; `null`: it is in a form that cannot be read, such as compressed. */
  readonly conversation: (path: string, lines: ReadLines) => Iterable<ConversationText> | null;
  /** Reads what the agent keeps of many conversations in files of its folder, such as the prompts that were typed. */
  readonly folder: (root: string, lines: ReadLines) => Iterable<ConversationText & { readonly id: string }>;
  /** Lists every conversation of the agent's folder. */
  readonly list: (root: string, files: FileReads) => Iterable<{ readonly id: string; readonly path: string }>;
}

/** Returns the last lines of a file, the last one first, then lines of its beginning. Any of them may be torn. */
export type ReadLines = (path: string) => Iterable<string>;

/** What a user may remember of a conversation. */
export interface ConversationText {
  /** The first `title` and the first `folder` of a conversation count; the others are former ones. */
  readonly kind: 'title' | 'prompt' | 'folder';
  readonly text: string;
  /** ms since 1970; `null`: not known. */
  readonly at: number | null;
}
