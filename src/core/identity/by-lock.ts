import { fileOf } from '../model/conversation-file.ts';
import { isSameId } from '../model/conversation-id.ts';
import type { Holder } from '../model/evidence.ts';
import type { Identity } from '../model/view.ts';
import { processesIn } from '../place/pane-tree.ts';
import { holdersIn } from '../place/agent-processes.ts';
import { ambiguous } from './not-proven.ts';
import type { LiveAgent } from './subject.ts';

/**
 * Judges the locks that the agent holds: a single lock proves its conversation, unless another process holds it too.
 */
export function byLock(held: readonly Holder[], { agent, tree, evidence }: LiveAgent): Identity {
  const [lock] = held;
  if (lock === undefined || held.length > 1) {
    const candidates = held.map(({ id }) => id).toSorted();
    return ambiguous(candidates, `it holds the locks of ${held.length} conversations`);
  }
  const { id, path } = lock;
  // Children of the agent may have inherited the lock's open file.
  const own = new Set([agent, ...(tree === null ? [] : processesIn(tree))].map(({ pid }) => pid));
  if (holdersIn(evidence).some((one) => isSameId(one.id, id) && !own.has(one.pid))) {
    return ambiguous([id], 'its conversation is locked by another process too');
  }
  const artifact = fileOf(id, evidence).kind === 'there';
  return { kind: 'proven', id, proof: 'record', artifact, said: `it holds the lock ${path}` };
}
