import { idKey } from '../model/conversation-id.ts';
import type { Difference } from '../model/drift.ts';
import { recordedIds } from '../model/entry.ts';
import { clean } from '../words/text.ts';
import type { EntryView, View } from '../model/view.ts';
import type { DriftKind } from './drift-kind.ts';
import { currentId } from '../model/id-fields.ts';
import { driftKey } from './key.ts';
import { about, plain } from './wording.ts';

export const identityAmbiguous: DriftKind = {
  name: 'identity-ambiguous',
  class: 'M',
  seenWhen: 'two agents could own an id, or one agent two ids',
  writes: 'nothing',
  tells: 'one, with the candidates; one when it is settled',
  resolvedMessage: ({ key, session }, view, one) =>
    one !== null && isKnownAgain(one, key, view) ? `${clean(session ?? '')}: its conversation is known again.` : null,
  needsJudgement: true,
  detect: (view) => view.entries.flatMap((one) => driftOf(one, view)),
};

/**
 * Decides whether the ambiguity is settled: an id is proven, or the user wrote one of the candidates. It is not if the
 * session is gone, or there are other candidates now.
 */
function isKnownAgain(one: EntryView, key: string, view: View): boolean {
  if (driftOf(one, view).length > 0) return false;
  const recorded = currentId(one.entry);
  return one.identity.kind === 'proven' || (recorded !== null && idKey(key).includes(JSON.stringify(idKey(recorded))));
}

function driftOf(one: EntryView, view: View): readonly Difference[] {
  const { entry, identity, agentProcess } = one;
  if (entry.status !== 'running' || identity.kind !== 'ambiguous') return [];
  const held = new Set(recordedIds(entry).map(idKey));
  const candidates = identity.candidates.filter((id) => !held.has(idKey(id))).toSorted();
  const isChanging = identity.isChanging === true;
  if (candidates.length === 0 && !isChanging) return [];
  const recorded = currentId(entry);
  const others = recorded === null ? [] : [`still ${recorded}`];
  const { registry, observation } = view.input;
  const incarnation = [agentProcess?.pid ?? null, agentProcess?.start ?? null];
  return [
    {
      key: driftKey(registry.path, 'identity-ambiguous', entry, [...(isChanging ? [] : candidates), ...incarnation]),
      ...about(entry),
      sentence: plain(
        `${clean(entry.session)}: which conversation it runs is not proven (${clean(identity.said)}). ` +
          `It could be ${[...candidates, ...others].map(clean).join(' or ')}. Write the right one into its entry.`,
      ),
      evidence: [{ source: entry.agent ?? 'proc', said: identity.said, at: observation.at }],
      edits: [],
    },
  ];
}
