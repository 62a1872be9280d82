import { titleOf, type AgentFacts } from '../model/agent.ts';
import { pairsOf, type EntryId } from '../model/branded.ts';
import { entryId, type Entry } from '../model/entry.ts';
import { isEqual } from '../model/equal.ts';
import { currentId } from '../model/id-fields.ts';
import type { Verdict } from '../model/plan.ts';
import type { SessionState, StateLine } from '../model/state.ts';
import { clean } from '../words/text.ts';

/** What a pass saw of the sessions. */
export interface SeenStates {
  /** ms since 1970. */
  readonly at: number;
  readonly entries: readonly Entry[];
  readonly verdicts: readonly Verdict[];
  readonly agents: readonly AgentFacts[];
}

/** The last line of each session of the registry. */
export type LastStates = Readonly<Record<EntryId, StateOf>>;
type StateOf = Extract<StateLine, { kind: 'state' }>;

/**
 * Returns the lines that the state history lacks: the sessions that are not as they were, and the entries that were
 * taken out.
 * @param begins a watch begins: every session is written, but not the death of one that was gone before
 */
export function stateChanges(last: LastStates, seen: SeenStates, begins: boolean): readonly StateLine[] {
  const verdicts = new Map(seen.verdicts.map((verdict) => [entryId(verdict.entry), verdict]));
  const present = new Set(seen.entries.map(entryId));
  const removed = pairsOf(last).flatMap(([entry]): StateLine[] =>
    present.has(entry) ? [] : [{ kind: 'removed', at: seen.at, entry }],
  );
  const states = seen.entries.flatMap((entry): StateLine[] => {
    const id = entryId(entry);
    const verdict = verdicts.get(id);
    if (verdict === undefined) return [];
    const line = lineOf(entry, verdict, seen);
    const known = last[id]?.state;
    const isNew = !isEqual(known, line.state) || (begins && line.state.liveness !== 'gone');
    return isNew ? [line] : [];
  });
  return [...removed, ...states];
}

/** Returns the last states after these lines. */
export function withLines(last: LastStates, lines: readonly StateLine[]): LastStates {
  if (lines.length === 0) return last;
  const states = new Map(pairsOf(last));
  for (const line of lines) {
    if (line.kind === 'state') states.set(line.entry, line);
    else if (line.kind === 'removed') states.delete(line.entry);
  }
  return Object.fromEntries(states);
}

function lineOf(entry: Entry, verdict: Verdict, { at, agents }: SeenStates): StateOf {
  const { session, workspace, agent } = entry;
  return {
    kind: 'state',
    at,
    entry: entryId(entry),
    session,
    workspace,
    agent,
    state: stateOf(entry, verdict),
    ...grounds(entry, verdict, agents),
  };
}

function stateOf(entry: Entry, { liveness, activity, waiting, identity }: Verdict): SessionState {
  const isAlive = liveness === 'alive';
  return {
    liveness,
    activity: isAlive ? activity : null,
    waitingFor: isAlive ? (waiting?.for ?? null) : null,
    id: identity?.id ?? currentId(entry),
  };
}

/**
 * Returns what said so, and why. What an agent does is said by the agent (its own record, else the title of its pane);
 * that none is left, by the processes of the pane; all else, by tmux.
 */
function grounds(
  { agent }: Entry,
  { liveness, activity, waiting, doubt, evidence }: Verdict,
  agents: readonly AgentFacts[],
): Pick<StateOf, 'source' | 'reason'> {
  const last = evidence.at(-1);
  const source = last?.source ?? 'registry';
  if (liveness !== 'alive') return { source, reason: clean(doubt?.reason ?? last?.said ?? '') };
  const name = agent === null ? 'its agent' : clean(titleOf(agent, agents));
  const own = agent ?? 'proc';
  switch (activity) {
    case 'exited':
      return { source: 'proc', reason: 'no agent runs in its pane' };
    case 'waiting':
      return { source: own, reason: `${name} waits for you${waiting?.for == null ? '' : `: ${waiting.for}`}` };
    case 'working':
      return { source: own, reason: `${name} works` };
    case 'idle':
      return { source: own, reason: `${name} idles` };
    case 'shell':
      return { source: own, reason: `${name} runs a shell command` };
    case null:
      return { source: evidence[0]?.source ?? source, reason: clean(evidence[0]?.said ?? 'it lives') };
  }
}
