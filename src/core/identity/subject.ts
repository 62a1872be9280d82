import type { SocketPath } from '../model/branded.ts';
import type { Agent, Entry } from '../model/entry.ts';
import type { AgentEvidence, AgentProcess } from '../model/evidence.ts';
import type { EntryMemory } from '../model/memory.ts';
import type { PaneTree, Process, TmuxPane } from '../model/observation.ts';
import type { PlanInput } from '../model/plan.ts';
import type { Absence } from '../model/view.ts';
import type { PaneState } from '../place/pane-of-entry.ts';

/** An entry and the live agent in its pane, whose conversation is asked for. */
export interface Subject {
  readonly entry: Entry;
  /** The pane that is its own, with its agent; `null`: none was found. */
  readonly paneState: PaneState | null;
  /** Why its session was not found; `null`: it was. */
  readonly absence: Absence | null;
  /** The socket of the pane's server; `null` if no session was found. */
  readonly socket: SocketPath | null;
  readonly memory: EntryMemory | null;
  readonly input: PlanInput;
  readonly claims: Claims;
  /** Since when the entry's text is unchanged; ms since 1970. */
  readonly textSince: number;
}

/** One live agent, with its arguments, the evidence of its own files, and other claims to its conversation. */
export interface LiveAgent extends Omit<Subject, 'paneState' | 'absence'> {
  readonly pane: TmuxPane | null;
  readonly tree: PaneTree | null;
  readonly kind: Agent;
  readonly agent: Process;
  readonly launch: AgentProcess;
  readonly evidence: AgentEvidence;
  /** The conversation that the entry says it runs. */
  readonly recorded: string | null;
}

/**
 * Other claims to a conversation. Arguments and the only candidate prove only a conversation without another claim.
 */
export interface Claims {
  /** Decides whether another living process runs it, by its own record or its arguments. */
  readonly isRunByAnother: (id: string, agent: Process) => boolean;
  /** Decides whether another process runs or ran it, or another entry records or recorded it. */
  readonly isTaken: (id: string, entry: Entry, agent: Process) => boolean;
  /** Decides whether another agent of that kind works in the same folder, with an entry or without. */
  readonly sharesFolder: (agent: Process, kind: Agent) => boolean;
  /** Decides whether an agent of another entry was seen to work there, perhaps since this one started. */
  readonly mayHaveSharedFolder: (agent: Process, entry: Entry) => boolean;
}
