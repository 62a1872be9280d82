import { currentId } from '../agent/id-fields.ts';
import { agents } from '../agent/index.ts';
import type { Identity } from '../model/view.ts';
import { hiddenRecordOf } from './hidden-record.ts';
import { notProven } from './not-proven.ts';
import type { Subject } from './subject.ts';

/** Which conversation the agent runs: proven by the strongest proof that there is, or not at all. */
export function identityOf(subject: Omit<Subject, 'recorded'>): Identity {
  const { entry, agentProcess, input } = subject;
  if (agentProcess === null) return notProven('no agent runs in its pane');
  if (entry.agent === null) return notProven('the entry names no agent that we know');
  const identity = agents[entry.agent].identity({ ...subject, recorded: currentId(entry) }, agentProcess);
  if (identity.kind === 'proven' && identity.proof === 'record') return identity;
  // A record that cannot be read could name another conversation than any weaker proof.
  const [hidden] = hiddenRecordOf(agentProcess, entry.agent, input.observation);
  return hidden === undefined ? identity : notProven(`${hidden.path} ${hidden.reason}`);
}
