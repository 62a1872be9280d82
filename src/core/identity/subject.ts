import type { Agent, Entry } from '../entry.ts';
import type { EntryMemory } from '../memory.ts';
import type { PaneTree, Process } from '../observation.ts';
import type { PlanInput } from '../plan.ts';

/** One live agent, and what could claim its conversation instead. */
export interface Subject {
  readonly entry: Entry;
  readonly tree: PaneTree | null;
  readonly agentProcess: Process | null;
  readonly memory: EntryMemory | null;
  readonly input: PlanInput;
  readonly claims: Claims;
  /** Since when the entry's text stands as it does; ms since 1970. */
  readonly textSince: number;
}

/** Who else could claim a conversation: a weak rung proves only what nobody else claims. */
export interface Claims {
  /** Another entry holds the id or held it, whether its session lives, is gone, or is left alone. */
  readonly isRecordedByAnother: (id: string, entry: Entry) => boolean;
  /** Claude's own record of another living process names it, or its arguments do, or somebody without an entry ran it. */
  readonly isRunByAnother: (id: string, agent: Process) => boolean;
  /** Another agent of that kind works in the same folder, be it of an entry or of none. */
  readonly sharesFolder: (agent: Process, kind: Agent) => boolean;
}
