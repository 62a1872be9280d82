import type { Difference, Edit } from '../model/drift.ts';
import { keyOf } from '../model/entry.ts';
import { clean } from '../words/text.ts';
import type { EntryView, Identity, View } from '../model/view.ts';
import type { DriftKind } from './drift-kind.ts';
import { currentId, idFields } from '../model/id-fields.ts';
import { driftKey } from './key.ts';
import { isRunning } from '../place/revival.ts';
import { about, withRepair } from './wording.ts';

export const sessionIdMaterialized: DriftKind = {
  name: 'session-id-materialized',
  class: 'C',
  seenWhen: "the entry's id is null, one is proven, and its artifact exists",
  writes: 'the id field',
  tells: 'yes',
  resolvedMessage: null,
  detect: (view) => view.entries.flatMap((one) => driftOf(one, view)),
};

function driftOf(one: EntryView, view: View): readonly Difference[] {
  const { entry, identity } = one;
  if (!isRunning(one) || currentId(entry) !== null) return [];
  if (identity.kind !== 'proven' || !identity.artifact) return [];
  const { registry, observation } = view.input;
  const key = driftKey(registry.path, 'session-id-materialized', entry, [identity.id]);
  const edits = fillIn(one, identity);
  // The contract fixes this text for scripts, also in a dry run.
  const seen = `${clean(entry.session)}: session id materialized ${clean(identity.id)}`;
  return [
    {
      key,
      ...about(entry),
      sentence: withRepair(seen, { done: '', would: '' }),
      evidence: [...one.verdict.evidence, { source: entry.agent ?? 'proc', said: identity.said, at: observation.at }],
      edits,
      proof: identity.proof,
    },
  ];
}

/**
 * Returns the edits. The agent's first field is added if it is missing; another id field is filled only if it is there and
 * empty.
 */
function fillIn({ entry }: EntryView, { id }: Extract<Identity, { kind: 'proven' }>): readonly Edit[] {
  const [first, ...others] = idFields(entry);
  const fields = first === undefined ? [] : [first, ...others.filter(({ value }) => value === null)];
  return fields.map(({ path, value }) => ({
    op: 'set',
    entry: keyOf(entry),
    path,
    from: value,
    to: id,
  }));
}
