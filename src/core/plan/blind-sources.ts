import { evidenceOf } from '../place/agent-processes.ts';
import { settingKey } from '../model/agent.ts';
import { compare } from '../model/compare.ts';
import type { Agent } from '../model/entry.ts';
import { hiddenSource } from '../identity/hidden.ts';
import type { Memory } from '../model/memory.ts';
import type { Blind, PlanInput } from '../model/plan.ts';
import type { EntryView, Unseen } from '../model/view.ts';

/** Returns the sources that could not be asked although some entry's verdict needs them. */
export function blindSources(entries: readonly EntryView[], input: PlanInput): readonly Blind[] {
  const unseen = new Map<string, Unseen>();
  const running = entries.filter(({ entry }) => entry.status === 'running');
  for (const one of running.flatMap(({ absence }) => absence?.unseen ?? [])) unseen.set(one.source, one);
  const alive = running.filter(({ verdict }) => verdict.liveness === 'alive');
  for (const agent of input.observation.evidence.keys()) {
    const needing = alive.filter((view) => view.entry.agent === agent && needsSource(view));
    const blind = needing.length === 0 ? null : agentSource(agent, needing, input);
    if (blind !== null) unseen.set(agent, blind);
    for (const one of needing.flatMap((view) => view.hidden)) {
      const source = hiddenSource(agent, one);
      unseen.set(source, { source, reason: one.reason, cure: one.cure });
    }
  }
  const jobs = jobSource(entries, input);
  if (jobs !== null) unseen.set(jobs.source, jobs);
  return [...unseen.values()]
    .toSorted((one, other) => compare(one.source, other.source))
    .map(({ source, reason, cure }) => ({ source, since: blindSince(source, input), reason, cure }));
}

/** Returns what to remember about blind sources. */
export function rememberBlind(
  blind: readonly Blind[],
  input: PlanInput,
): readonly (readonly [string, Memory['blind'][string]])[] {
  return blind.map(({ source, since }) => {
    const former = input.formerMemory.blind[source];
    const isFresh = former?.since === since && input.now - former.seen < refreshAfterMs;
    return [source, { since, seen: isFresh ? former.seen : input.now }];
  });
}

const refreshAfterMs = 60_000;

/** Observations further apart say nothing about the time between: the source may have answered meanwhile; ms. */
const oneBlindnessMs = 3_600_000;

function blindSince(source: string, { formerMemory, now }: PlanInput): number {
  const former = formerMemory.blind[source];
  return former !== undefined && now - former.seen <= oneBlindnessMs ? Math.min(former.since, now) : now;
}

function needsSource(view: EntryView): boolean {
  return view.agentProcess !== null || recordsId(view);
}

function recordsId({ entry }: EntryView): boolean {
  return entry.ids.some(({ value }) => value != null);
}

function agentSource(agent: Agent, needing: readonly EntryView[], input: PlanInput): Unseen | null {
  const seen = evidenceOf(agent, input.observation);
  if ('blind' in seen) return { source: agent, reason: seen.blind, cure: seen.cure };
  const { folders, artifacts } = seen.known;
  // No conversation of it is looked for in files: a missing folder hides none.
  if (artifacts === null) return null;
  // Without its folder an agent has never run and has written nothing; a recorded id was written somewhere.
  if (folders.some((folder) => folder.exists) || !needing.some(recordsId)) return null;
  const facts = input.settings.agents.find(({ name }) => name === agent);
  const looked = folders.map((folder) => folder.path).join(', ');
  return {
    source: agent,
    reason: `no folder of ${agent} at ${looked}`,
    cure: `set ${facts === undefined ? 'its folder' : settingKey(facts)} in the config`,
  };
}

/** Returns the jobs' folder if it is blind and needed: a job matters only if its session is gone. */
function jobSource(all: readonly EntryView[], { observation }: PlanInput): Unseen | null {
  const ids = all.flatMap(({ entry, verdict }) =>
    verdict.liveness === 'gone' && entry.jobId !== null ? [entry.jobId] : [],
  );
  for (const id of ids.toSorted()) {
    const seen = observation.jobs.get(id);
    if (seen !== undefined && 'blind' in seen) return { source: 'jobs', reason: seen.blind, cure: seen.cure };
  }
  return null;
}
