import { idKey, isSameId } from '../model/conversation-id.ts';
import type { Agent } from '../model/entry.ts';
import type { Holder } from '../model/evidence.ts';
import type { Observation } from '../model/observation.ts';
import { processesInPanes } from '../place/pane-tree.ts';
import { runningAs, type Running } from '../place/where-it-runs.ts';
import { evidenceOf, holdersIn, reportedId } from '../place/agent-processes.ts';

/**
 * Returns the process that runs a conversation now: by the records and locks of living processes, in a pane, in another
 * terminal or in the background, or by the report or the arguments of a process in a pane that has none. `null`: no process.
 */
export function runningOf(id: string, agent: Agent, observation: Observation): Running | null {
  const seen = evidenceOf(agent, observation);
  if ('blind' in seen) return null;
  const holders = holdersIn(seen.known).toSorted((one, other) => one.pid - other.pid);
  const holder = holders.find((one) => isSameId(one.id, id)) ?? holders.find((one) => isJobOf(one, id));
  if (holder !== undefined) return runningIn(holder, observation);
  const launched = processesInPanes(observation).find(({ pid }) => {
    const own = observation.agentProcesses.get(pid);
    if (own?.agent !== agent || !own.isByName || seen.known.holders.has(pid)) return false;
    return isSameId(reportedId(own) ?? own.id ?? '', id);
  });
  return launched === undefined ? null : runningAs(launched.pid, observation);
}

/**
 * Decides whether a process runs the background job of a conversation. A job has the first characters of the
 * conversation with which it began; after a `/clear` it runs another one.
 */
function isJobOf({ background }: Holder, id: string): boolean {
  return background?.beganWith != null && idKey(id).startsWith(idKey(background.beganWith));
}

function runningIn({ pid, background, pane }: Holder, observation: Observation): Running {
  if (background === null) return runningAs(pid, observation, pane);
  const { attach } = background;
  return { where: attach === null ? `in the background (pid ${pid})` : 'in the background', attach };
}
