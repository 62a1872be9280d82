import { evidenceOf } from '../place/agent-processes.ts';
import type { Difference } from '../model/drift.ts';
import type { Agent } from '../model/entry.ts';
import { hiddenSource } from '../identity/hidden.ts';
import type { Observation } from '../model/observation.ts';
import type { Blind, PlanInput } from '../model/plan.ts';
import { clean } from '../words/text.ts';
import { isoSeconds } from '../words/time.ts';
import type { View } from '../model/view.ts';
import type { DriftKind } from './drift-kind.ts';
import { driftKey } from './key.ts';
import { plain } from './wording.ts';

export const blind: DriftKind = {
  name: 'blind',
  class: 'K',
  seenWhen: 'a source that a verdict needs has been unreadable for 5 minutes',
  writes: 'nothing',
  tells: 'one with the cure, one when sight returns',
  resolvedMessage: ({ key }, { input }) => {
    const source = answering(input).find((one) => blindKey(one, input.registry.path) === key);
    return source === undefined ? null : `A source that was blind answers again: ${clean(source)}.`;
  },
  isUndecided: ({ key }, view) => view.blind.some(({ source }) => blindKey(source, view.input.registry.path) === key),
  detect: (view) =>
    view.blind
      .filter((source) => view.input.now - source.since >= view.input.settings.blindAfterMs)
      .map((source) => driftOf(source, view)),
};

/** Returns the key: only the source, because the reason may change meanwhile. */
function blindKey(source: string, registryPath: string): string {
  return driftKey(registryPath, 'blind', null, [source]);
}

/**
 * Returns the sources that were asked in this pass and answered. A source that no entry needs any more is not asked.
 */
function answering({ observation, formerMemory }: PlanInput): readonly string[] {
  const { sockets, panes } = observation;
  const trees = [...panes.values()];
  return [
    ...[...sockets].flatMap(([path, seen]) => ('known' in seen ? [`tmux:${path}`] : [])),
    ...(trees.length > 0 && trees.every((seen) => 'known' in seen) ? ['proc'] : []),
    ...[...observation.evidence].flatMap(([name, seen]) =>
      'known' in seen && seen.known.folders.some(({ exists }) => exists) ? [name] : [],
    ),
    ...Object.keys(formerMemory.blind).filter((source) =>
      [...observation.evidence.keys()].some((name) => isReadable(source, name, observation)),
    ),
  ];
}

/** Decides whether a path among an agent's files that was blind can be read again, or is not there any more. */
function isReadable(source: string, agent: Agent, observation: Observation): boolean {
  const files = evidenceOf(agent, observation);
  if ('blind' in files || !source.startsWith(`${agent}:`)) return false;
  const isLookedAt = files.known.folders.some(({ path, exists }) => exists && source.startsWith(`${agent}:${path}/`));
  return isLookedAt && files.known.unreadable.every((one) => hiddenSource(agent, one) !== source);
}

function driftOf(source: Blind, view: View): Difference {
  const { registry, observation } = view.input;
  return {
    key: blindKey(source.source, registry.path),
    session: null,
    workspace: null,
    agent: null,
    sentence: plain(
      `Blind since ${isoSeconds(source.since)}: ${clean(source.source)}: ${clean(source.reason)}. ` +
        `Nothing is concluded from it. Cure: ${clean(source.cure)}.`,
    ),
    evidence: [{ source: source.source, said: clean(source.reason), at: observation.at }],
    edits: [],
  };
}
