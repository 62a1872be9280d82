import { agents } from '../agent/index.ts';
import type { Entry } from '../entry.ts';
import type { EntryMemory } from '../memory.ts';
import type { PaneTree, Process } from '../observation.ts';
import type { PlanInput } from '../plan.ts';
import type { Identity } from '../view.ts';
import type { Claims } from './claims.ts';

export { agentProcessOf } from './agent-process.ts';

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

/** Which conversation the agent runs: proven by the ladder's strongest rung that holds, or not at all. */
export function identityOf(subject: Subject): Identity {
  const { entry, agentProcess } = subject;
  if (agentProcess === null) return { kind: 'not-proven', said: 'no agent runs in its pane' };
  if (entry.agent === null) return { kind: 'not-proven', said: 'the entry names no agent that we know' };
  return agents[entry.agent].identity(subject, agentProcess);
}
