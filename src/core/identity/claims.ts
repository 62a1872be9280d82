import { idKey } from '../model/conversation-id.ts';
import { entryId, recordedIds, type Agent, type Entry } from '../model/entry.ts';
import { homeExpanded } from '../words/home-path.ts';
import type { Observation, Process } from '../model/observation.ts';
import { groupBy } from '../model/group-by.ts';
import { once } from '../model/once.ts';
import { processesInPanes, processesOf } from '../place/pane-tree.ts';
import type { PlanInput } from '../model/plan.ts';
import { foreignConversations } from './foreign-conversations.ts';
import { evidenceOf, holdersIn, isProcessOf, readEvidence, recordOf, reportedId } from '../place/agent-processes.ts';
import type { Claims } from './subject.ts';

/**
 * Gathers which process claims which conversation, once a pass and only on demand: for each of a thousand entries it
 * would take 10 ms.
 */
export function claimsOf(input: PlanInput): Claims {
  const { registry, observation } = input;
  const holders = once(() => holdersOf(registry.entries));
  const runners = once(() => runnersOf(observation));
  const foreign = once(() => new Set(foreignConversations(input).map(idKey)));
  const entriesIn = once(() => byFolder(input));
  const workers = onceEach((kind: Agent) => workersIn(kind, observation));
  const isRunByAnother: Claims['isRunByAnother'] = (id, agent) => isOther(runners().get(idKey(id)), agent.pid);
  return {
    isRunByAnother,
    isTaken: (id, entry, agent) =>
      isRunByAnother(id, agent) || foreign().has(idKey(id)) || isOther(holders().get(idKey(id)), entry),
    mayHaveSharedFolder: (agent, entry) =>
      agent.cwd !== null &&
      entriesIn()
        .get(agent.cwd)
        ?.some(({ entry: one }) => entryId(one) !== entryId(entry) && mayHaveLived(one, agent, input)) === true,
    sharesFolder: (agent, kind) => agent.cwd !== null && isOther(workers(kind).get(agent.cwd), agent.pid),
  };
}

/** Returns the entries by the folders that they name. */
function byFolder({ registry, observation }: PlanInput) {
  const named = registry.entries.flatMap((entry) =>
    [entry.cwd, entry.pane?.cwd].flatMap((path) =>
      path == null ? [] : [{ folder: homeExpanded(path, observation.home), entry }],
    ),
  );
  return groupBy(named, ({ folder }) => folder);
}

/** Decides whether an agent of the entry was seen, and is not known to have ended before this one started. */
function mayHaveLived(entry: Entry, agent: Process, { formerMemory }: PlanInput): boolean {
  const { terminatedAt } = entry;
  if (formerMemory.entries[entryId(entry)]?.agent == null) return false;
  return entry.status !== 'terminated' || terminatedAt === null || terminatedAt >= agent.startedAt;
}

type Index<Value> = ReadonlyMap<string, ReadonlySet<Value>>;

function isOther<Value>(values: ReadonlySet<Value> | undefined, own: Value): boolean {
  return values !== undefined && (values.size > 1 || !values.has(own));
}

function holdersOf(entries: readonly Entry[]): Index<Entry> {
  return indexOf(entries.flatMap((entry) => recordedIds(entry).map((id) => [idKey(id), entry] as const)));
}

function runnersOf(observation: Observation): Index<number> {
  const recorded = readEvidence(observation)
    .flatMap(holdersIn)
    .flatMap(({ by, id, pid }) => (by === 'record' ? [[idKey(id), pid] as const] : []));
  const launched = processesInPanes(observation).flatMap((process) => {
    const own = observation.agentProcesses.get(process.pid);
    const id = own?.isByName === true ? own.id : null;
    return id === null || isSuperseded(process, observation) ? [] : [[idKey(id), process.pid] as const];
  });
  const reported = processesInPanes(observation).flatMap((process) => {
    const id = reportedId(observation.agentProcesses.get(process.pid));
    return id === null || isSuperseded(process, observation) ? [] : [[idKey(id), process.pid] as const];
  });
  return indexOf([...recorded, ...reported, ...launched]);
}

/** Decides whether a record that is kept true outweighs the report and the arguments of the process. */
function isSuperseded(process: Process, observation: Observation): boolean {
  return recordOf(process, observation)?.worth.kind === 'kept';
}

/**
 * Returns pids by working directory: of the agents in the panes, in the foreground or stopped, and of processes that
 * the agents' own records name. A process that an agent started does not count beside it.
 */
function workersIn(kind: Agent, observation: Observation): Index<number> {
  const inPanes = [...observation.panes.values()].flatMap((seen) => {
    const agents = processesOf(seen).filter((one) => isWorker(kind, one, observation));
    const pids = new Set(agents.map(({ pid }) => pid));
    return agents.filter(({ ppid }) => !pids.has(ppid));
  });
  const seen = evidenceOf(kind, observation);
  const recorded = 'known' in seen ? holdersIn(seen.known).filter(({ isInteractive }) => isInteractive) : [];
  return indexOf([...inPanes, ...recorded].flatMap(({ cwd, pid }) => (cwd === null ? [] : [[cwd, pid] as const])));
}

function isWorker(kind: Agent, process: Process, observation: Observation): boolean {
  const own = observation.agentProcesses.get(process.pid);
  if (own?.agent !== kind || own.mode === 'view') return false;
  return own.mode === 'teammate' ? own.isByName : isProcessOf(kind, process, observation);
}

function indexOf<Value>(pairs: readonly (readonly [string, Value])[]): Index<Value> {
  const index = new Map<string, Set<Value>>();
  for (const [key, value] of pairs) {
    const known = index.get(key);
    if (known === undefined) index.set(key, new Set([value]));
    else known.add(value);
  }
  return index;
}

function onceEach<Key, Value>(compute: (key: Key) => Value): (key: Key) => Value {
  const known = new Map<Key, Value>();
  return (key) => {
    const value = known.get(key) ?? compute(key);
    known.set(key, value);
    return value;
  };
}
