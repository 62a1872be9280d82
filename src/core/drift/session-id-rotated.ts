import type { Difference, Edit } from '../model/drift.ts';
import { isSameId } from '../model/conversation-id.ts';
import { keyOf, type Entry } from '../model/entry.ts';
import { clean } from '../words/text.ts';
import { isoSeconds } from '../words/time.ts';
import type { EntryView, View } from '../model/view.ts';
import type { DriftKind } from './drift-kind.ts';
import { currentId, idFields } from '../model/id-fields.ts';
import { driftKey } from './key.ts';
import { isRunning } from '../place/revival.ts';
import { about, withRepair } from './wording.ts';

export const sessionIdRotated: DriftKind = {
  name: 'session-id-rotated',
  class: 'E',
  seenWhen: 'the live agent provably goes on under another id (`/clear`, `/resume`, `/branch`) whose artifact exists',
  writes: 'the new id; the old one goes into `previous_session_ids`',
  tells: 'yes, softly',
  resolvedMessage: null,
  detect: (view) => view.entries.flatMap((one) => driftOf(one, view)),
};

function driftOf(one: EntryView, view: View): readonly Difference[] {
  const { entry, identity, agentProcess } = one;
  const old = currentId(entry);
  if (!isRunning(one) || old === null) return [];
  if (identity.kind !== 'proven' || !identity.artifact || isSameId(identity.id, old)) return [];
  const { registry, observation, now } = view.input;
  const incarnation = [agentProcess?.pid ?? null, agentProcess?.start ?? null];
  const key = driftKey(registry.path, 'session-id-rotated', entry, [old, identity.id, ...incarnation]);
  const edits = [...newIds(entry, old, identity.id), lineageEdit(entry, old, identity.id, isoSeconds(now))];
  const seen = `${clean(entry.session)}: goes on as ${clean(identity.id)} (was ${clean(old)}).`;
  const words = { done: 'Noted, the old id is kept in its lineage.', would: 'Would be noted.' };
  return [
    {
      key,
      ...about(entry),
      sentence: withRepair(seen, words),
      evidence: [...one.verdict.evidence, { source: entry.agent ?? 'proc', said: identity.said, at: observation.at }],
      edits,
      proof: identity.proof,
    },
  ];
}

function newIds(entry: Entry, old: string, id: string): readonly Edit[] {
  return idFields(entry).flatMap(({ path, value }): readonly Edit[] =>
    value != null && isSameId(value, old) ? [{ op: 'set', entry: keyOf(entry), path, from: value, to: id }] : [],
  );
}

/**
 * Returns the edit of the lineage. The old id comes first; an id that is current again leaves the lineage, and its
 * other items stay as they are.
 */
function lineageEdit(entry: Entry, old: string, id: string, until: string): Edit {
  const item = { id: old, until, reason: 'rotated' };
  const dropping = entry.lineage.filter((one) => isSameId(one.id, id) || isSameId(one.id, old)).map((one) => one.id);
  const edit = { op: 'prepend', entry: keyOf(entry), path: ['previous_session_ids'], item } as const;
  return dropping.length === 0 ? edit : { ...edit, dropping };
}
