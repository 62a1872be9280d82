import type { Drift } from '../drift.ts';
import type { Blind } from '../plan.ts';
import { clean } from '../text.ts';
import { isoSeconds } from '../time.ts';
import type { View } from '../view.ts';
import type { DriftKind } from './drift-kind.ts';
import { driftKey } from './key.ts';

export const blind: DriftKind = {
  name: 'blind',
  class: 'K',
  seenWhen: 'a source that a verdict needs has been unreadable for 5 minutes',
  writes: 'nothing',
  tells: 'one with the cure, one when sight returns',
  resolvedMessage: () => 'A source that was blind answers again.',
  detect: (view) =>
    view.blind
      .filter((source) => view.input.now - source.since >= view.input.settings.blindAfterMs)
      .map((source) => driftOf(source, view)),
};

/** The key of a source's blindness: the source alone, the reason may change meanwhile. */
export function blindKey(source: string, registryPath: string): string {
  return driftKey(registryPath, 'blind', null, [source]);
}

function driftOf(source: Blind, view: View): Drift {
  const { registry, observation } = view.input;
  return {
    key: blindKey(source.source, registry.path),
    kind: 'blind',
    class: 'K',
    session: null,
    workspace: null,
    agent: null,
    message:
      `Blind since ${isoSeconds(source.since)}: ${clean(source.source)}: ${clean(source.reason)}. ` +
      `Nothing is concluded from it. Cure: ${clean(source.cure)}.`,
    evidence: [{ source: source.source, said: clean(source.reason), at: observation.at }],
    edits: [],
  };
}
