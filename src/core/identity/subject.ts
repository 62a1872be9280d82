import type { Agent, Entry } from '../model/entry.ts';
import type { AgentEvidence, AgentProcess } from '../model/evidence.ts';
import type { EntryMemory } from '../model/memory.ts';
import type { PaneTree, Process, TmuxPane } from '../model/observation.ts';
import type { PlanInput } from '../model/plan.ts';

/** An entry and the live agent in its pane, whose conversation is asked for. */
export interface Subject {
  readonly entry: Entry;
  /** The pane in which it was found. */
  readonly pane: TmuxPane | null;
  readonly tree: PaneTree | null;
  readonly agentProcess: Process | null;
  readonly memory: EntryMemory | null;
  readonly input: PlanInput;
  readonly claims: Claims;
  /** Since when the entry's text stands as it does; ms since 1970. */
  readonly textSince: number;
}

/** One live agent, what it was started for, what its own files show, and what could claim its conversation instead. */
export interface LiveAgent extends Omit<Subject, 'agentProcess'> {
  readonly kind: Agent;
  readonly agent: Process;
  readonly launch: AgentProcess;
  readonly evidence: AgentEvidence;
  /** The conversation that the entry says it runs. */
  readonly recorded: string | null;
}

/** What else claims a conversation. Arguments and the only candidate prove only a conversation without another claim. */
export interface Claims {
  /** Another living process runs it, by its own record or its arguments. */
  readonly isRunByAnother: (id: string, agent: Process) => boolean;
  /** Run by another process, now or earlier, or recorded by another entry, now or earlier. */
  readonly isTaken: (id: string, entry: Entry, agent: Process) => boolean;
  /** Another agent of that kind works in the same folder, be it of an entry or of none. */
  readonly sharesFolder: (agent: Process, kind: Agent) => boolean;
  /** An agent of another entry was seen to work there, and may have done so since this one started. */
  readonly sharedFolder: (agent: Process, entry: Entry) => boolean;
}
