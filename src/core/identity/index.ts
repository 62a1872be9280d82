import { agents } from '../agent/index.ts';
import type { Identity } from '../view.ts';
import { hiddenRecordOf } from './hidden-record.ts';
import type { Subject } from './subject.ts';

/** Which conversation the agent runs: proven by the ladder's strongest rung that holds, or not at all. */
export function identityOf(subject: Subject): Identity {
  const { entry, agentProcess, input } = subject;
  if (agentProcess === null) return { kind: 'not-proven', said: 'no agent runs in its pane' };
  if (entry.agent === null) return { kind: 'not-proven', said: 'the entry names no agent that we know' };
  const identity = agents[entry.agent].identity(subject, agentProcess);
  if (identity.kind === 'proven' && identity.rung === 1) return identity;
  // A record that cannot be read could name another conversation than any weaker proof.
  const [hidden] = hiddenRecordOf(agentProcess, entry.agent, input.observation);
  return hidden === undefined ? identity : { kind: 'not-proven', said: `${hidden.path} ${hidden.reason}` };
}
