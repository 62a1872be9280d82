import { idKey, isSameId } from '../model/conversation-id.ts';
import type { Observation, Process } from '../model/observation.ts';
import type { EntryView } from '../model/view.ts';
import { processesIn } from '../place/pane-tree.ts';
import { holdersIn, holdersOf, isAtTerminal, readEvidence, reportedId } from '../place/agent-processes.ts';
import { hiddenRecordOf } from './hidden-record.ts';

type Held = Pick<EntryView, 'tree' | 'entry' | 'agentProcess'>;

/**
 * Returns a function that decides whether a living agent holds a conversation, in the foreground or not: a missing file
 * has then only not been written yet. It goes by the agents' own records and locks, by the report of an agent in the
 * pane, or by its arguments if it has no record.
 */
export function pendingIn(observation: Observation): (id: string, view: Held) => boolean {
  const held = new Set(
    readEvidence(observation)
      .flatMap(holdersIn)
      .map(({ id }) => idKey(id)),
  );
  return (id, { tree, entry, agentProcess }) => {
    if (held.has(idKey(id))) return true;
    const hidden =
      agentProcess === null || entry.agent === null ? [] : hiddenRecordOf(agentProcess, entry.agent, observation);
    // Its own record cannot be read: it may name this id.
    if (hidden.length > 0) return true;
    return (tree === null ? [] : processesIn(tree)).some(
      (one) => isReported(id, one, observation) || mayBegin(id, one, observation),
    );
  };
}

function isReported(id: string, { pid }: Process, { agentProcesses }: Observation): boolean {
  return isSameId(reportedId(agentProcesses.get(pid)) ?? '', id);
}

/** Decides whether a process was started to begin that conversation, and has no record yet. */
function mayBegin(id: string, process: Process, observation: Observation): boolean {
  const own = observation.agentProcesses.get(process.pid);
  if (own === undefined || !own.isByName || !own.mayBegin || own.id === null || !isSameId(own.id, id)) return false;
  return isAtTerminal(own, process, observation) && holdersOf(process, observation).length === 0;
}
