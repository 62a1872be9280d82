import { agents } from '../agent/index.ts';
import type { Identity } from '../view.ts';
import type { Subject } from './subject.ts';

/** Which conversation the agent runs: proven by the ladder's strongest rung that holds, or not at all. */
export function identityOf(subject: Subject): Identity {
  const { entry, agentProcess } = subject;
  if (agentProcess === null) return { kind: 'not-proven', said: 'no agent runs in its pane' };
  if (entry.agent === null) return { kind: 'not-proven', said: 'the entry names no agent that we know' };
  return agents[entry.agent].identity(subject, agentProcess);
}
