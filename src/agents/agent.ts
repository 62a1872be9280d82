import type { AgentEvidence, Launch } from '../core/model/evidence.ts';
import type { AgentFacts } from '../core/model/agent.ts';
import type { Process, Seen } from '../core/model/observation.ts';
import type { StartFolder } from '../core/plan/need.ts';

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
   * Makes the reader of its files.
   * @param folders the folders that its setting names
   */
  readonly makeReader: (options: { readonly folders: readonly string[]; readonly home: string }) => AgentReader;
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
  /** Conversations of this agent that entries record: their files must be found. */
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
