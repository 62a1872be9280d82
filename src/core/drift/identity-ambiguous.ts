import type { Drift } from '../drift.ts';
import { clean } from '../text.ts';
import type { EntryView, View } from '../view.ts';
import type { DriftKind } from './drift-kind.ts';
import { idFields } from './id-fields.ts';
import { driftKey } from './key.ts';
import { about } from './wording.ts';

export const identityAmbiguous: DriftKind = {
  name: 'identity-ambiguous',
  class: 'M',
  seenWhen: 'two agents could own an id, or one agent two ids',
  writes: 'nothing',
  tells: 'one, with the candidates; one when it is settled',
  resolvedMessage: (session) => `${clean(session ?? '')}: its conversation is known again.`,
  detect: (view) => view.entries.flatMap((one) => driftOf(one, view)),
};

function driftOf(one: EntryView, view: View): readonly Drift[] {
  const { entry, identity, agentProcess } = one;
  if (entry.status !== 'running' || identity.kind !== 'ambiguous') return [];
  const held = new Set([...idFields(entry).map(({ value }) => value), ...entry.lineage.map(({ id }) => id)]);
  const candidates = identity.candidates.filter((id) => !held.has(id)).toSorted();
  if (candidates.length === 0) return [];
  const { registry, observation } = view.input;
  const incarnation = [agentProcess?.pid ?? null, agentProcess?.start ?? null];
  return [
    {
      key: driftKey(registry.path, 'identity-ambiguous', entry, [...candidates, ...incarnation]),
      kind: 'identity-ambiguous',
      class: 'M',
      ...about(entry),
      message:
        `${clean(entry.session)}: which conversation it runs is not proven (${clean(identity.said)}). ` +
        `It could be ${candidates.map(clean).join(' or ')}. Write the right one into its entry.`,
      evidence: [{ source: entry.agent ?? 'proc', said: identity.said, at: observation.at }],
      edits: [],
      needsJudgement: true,
    },
  ];
}
