import { looksLikeClaude } from '../agent/claude-process.ts';
import { elsewhere } from '../elsewhere.ts';
import { agentNames, recordedIds, type Agent, type Entry } from '../entry.ts';
import type { ClaudeLive, Observation, PaneTree, Seen } from '../observation.ts';
import type { PlanInput } from '../plan.ts';
import { agentProcessOf } from './agent-process.ts';
import { launchedWith } from './claude.ts';
import type { Claims } from './subject.ts';

/** Gathered once a look and only when it is asked: for each of a thousand entries anew it would take 10 ms. */
export function claimsOf(input: PlanInput): Claims {
  const { registry, observation } = input;
  const holders = once(() => holdersOf(registry.entries));
  const runners = once(() => runnersOf(observation));
  const others = once(() => new Set(elsewhere(input)));
  const workers = new Map(agentNames.map((kind) => [kind, once(() => workersIn(kind, observation))]));
  return {
    isRecordedByAnother: (id, entry) => isOther(holders().get(id), entry),
    isRunByAnother: (id, agent) => others().has(id) || isOther(runners().get(id), agent.pid),
    sharesFolder: (agent, kind) => agent.cwd !== null && isOther(workers.get(kind)?.().get(agent.cwd), agent.pid),
  };
}

type Index<Value> = ReadonlyMap<string, ReadonlySet<Value>>;

function once<Answer>(make: () => Answer): () => Answer {
  let made: { readonly answer: Answer } | null = null;
  return () => (made ??= { answer: make() }).answer;
}

function isOther<Value>(values: ReadonlySet<Value> | undefined, own: Value): boolean {
  return values !== undefined && (values.size > 1 || !values.has(own));
}

function holdersOf(entries: readonly Entry[]): Index<Entry> {
  return indexOf(entries.flatMap((entry) => [...recordedIds(entry)].map((id) => [id, entry] as const)));
}

function runnersOf({ claude, panes }: Observation): Index<number> {
  const recorded = recordsOf(claude).map(({ sessionId, pid }) => [sessionId, pid] as const);
  return indexOf([...recorded, ...[...panes.values()].flatMap(launched)]);
}

/** Ids with which processes of a pane were started: theirs, whatever they run now. */
function launched(seen: Seen<PaneTree>): readonly (readonly [string, number])[] {
  if ('blind' in seen || seen.known.root === null) return [];
  return [seen.known.root, ...seen.known.descendants].filter(looksLikeClaude).flatMap((process) => {
    const id = launchedWith(process);
    return id === null ? [] : [[id, process.pid] as const];
  });
}

function recordsOf(claude: Observation['claude']): readonly ClaudeLive[] {
  return 'blind' in claude ? [] : [...claude.known.live.values(), ...claude.known.foreign.values()];
}

/** Pids by working directory: of the agents in the panes, and of those that Claude's own records name. */
function workersIn(kind: Agent, observation: Observation): Index<number> {
  const { claude, panes } = observation;
  const inPanes = [...panes.values()].flatMap((seen) => {
    const agent = 'known' in seen ? agentProcessOf(seen.known, kind, observation) : null;
    return agent === null ? [] : [agent];
  });
  const recorded = kind === 'claude' ? recordsOf(claude) : [];
  return indexOf([...inPanes, ...recorded].flatMap(({ cwd, pid }) => (cwd === null ? [] : [[cwd, pid] as const])));
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
