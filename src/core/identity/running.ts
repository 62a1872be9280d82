import { idKey } from '../model/conversation-id.ts';
import type { Agent } from '../model/entry.ts';
import type { AgentEvidence, Holder } from '../model/evidence.ts';
import type { Observation } from '../model/observation.ts';
import { processesInPanes } from '../place/pane-tree.ts';
import { runningAs, type Running } from '../place/where-it-runs.ts';
import { evidenceOf, holdersIn, reportedId } from '../place/agent-processes.ts';

/**
 * Returns the process that runs a conversation now: by the records and locks of living processes, in a pane, in another
 * terminal or in the background, or by the report or the arguments of a process in a pane that has none. `null`: no
 * process.
 */
export function runningOf(id: string, agent: Agent, observation: Observation): Running | null {
  const seen = evidenceOf(agent, observation);
  if ('blind' in seen) return null;
  const { held, jobs, launched } = runnersOf(agent, seen.known, observation);
  const key = idKey(id);
  const holder = held.get(key) ?? jobs.find((one) => isJobOf(one, key));
  if (holder !== undefined) return runningIn(holder, observation);
  const pid = launched.get(key);
  return pid === undefined ? null : runningAs(pid, observation);
}

interface Runners {
  /** By id: the process with the lowest pid whose record or lock names the conversation. */
  readonly held: ReadonlyMap<string, Holder>;
  /** The processes that run a background job, by pid. */
  readonly jobs: readonly Holder[];
  /** By id: the pid of a process in a pane that has no record. */
  readonly launched: ReadonlyMap<string, number>;
}

/** Keeps what one observation says: it is asked for each entry that does not run. */
const known = new WeakMap<Observation, Map<Agent, Runners>>();

function runnersOf(agent: Agent, evidence: AgentEvidence, observation: Observation): Runners {
  const byAgent = known.get(observation) ?? new Map<Agent, Runners>();
  known.set(observation, byAgent);
  const before = byAgent.get(agent);
  if (before !== undefined) return before;
  const holders = holdersIn(evidence).toSorted((one, other) => one.pid - other.pid);
  const launched = processesInPanes(observation).flatMap(({ pid }) => {
    const own = observation.agentProcesses.get(pid);
    if (own?.agent !== agent || !own.isByName || evidence.holders.has(pid)) return [];
    const id = reportedId(own) ?? own.id;
    return id === null ? [] : [[idKey(id), pid] as const];
  });
  const runners = {
    // The first one of each id counts, so it is set last.
    held: new Map(holders.toReversed().map((one) => [idKey(one.id), one])),
    jobs: holders.filter(({ background }) => background?.beganWith != null),
    launched: new Map(launched.toReversed()),
  };
  byAgent.set(agent, runners);
  return runners;
}

/**
 * Decides whether a process runs the background job of a conversation. A job has the first characters of the
 * conversation with which it began; after a `/clear` it runs another one.
 */
function isJobOf({ background }: Holder, key: string): boolean {
  return background?.beganWith != null && key.startsWith(idKey(background.beganWith));
}

function runningIn({ pid, background, pane }: Holder, observation: Observation): Running {
  if (background === null) return runningAs(pid, observation, pane);
  const { attach } = background;
  return { where: attach === null ? `in the background (pid ${pid})` : 'in the background', attach };
}
