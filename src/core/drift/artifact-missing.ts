import type { Difference } from '../model/drift.ts';
import { fileOf } from '../agent/conversation-file.ts';
import { agents } from '../agent/index.ts';
import { isFileUnclear } from './in-doubt.ts';
import { idKey } from '../model/conversation-id.ts';
import { pendingIn } from '../identity/pending.ts';
import { clean } from '../words/text.ts';
import type { EntryView, View } from '../model/view.ts';
import type { DriftKind } from './drift-kind.ts';
import { idFields } from '../agent/id-fields.ts';
import { driftKey } from './key.ts';
import { about, plain } from './wording.ts';

export const artifactMissing: DriftKind = {
  name: 'artifact-missing',
  class: 'D',
  seenWhen: 'a recorded id has no artifact anywhere, and no live agent holds it',
  writes: 'nothing',
  tells: 'yes, with the likely cause: purged, moved, or never written',
  resolvedMessage: null,
  isUndecided: isFileUnclear,
  detect: (view) => {
    const isPending = pendingIn(view.input.observation);
    return view.entries.flatMap((one) =>
      missingIds(one, view)
        .filter((id) => !isPending(id, one))
        .map((id) => driftOf(one, id, view)),
    );
  },
};

function missingIds(one: EntryView, { input }: View): readonly string[] {
  const { entry } = one;
  if (entry.agent === null) return [];
  const { filesIn, wasLookedAt } = agents[entry.agent];
  const files = filesIn(input.observation);
  if ('blind' in files || !wasLookedAt(one, files.known)) return [];
  const recorded = new Map(
    idFields(entry).flatMap(({ value }) => (value == null ? [] : [[idKey(value), value] as const])),
  );
  return [...recorded.values()].filter((id) => fileOf(id, files.known).kind === 'missing');
}

function driftOf(one: EntryView, id: string, view: View): Difference {
  const { entry } = one;
  const { registry, observation } = view.input;
  const cause = entry.agent === null ? 'likely moved' : agents[entry.agent].whyMissing(entry, view.input);
  return {
    key: driftKey(registry.path, 'artifact-missing', entry, [id]),
    ...about(entry),
    sentence: plain(`${clean(entry.session)}: stale id ${clean(id)}, its artifact is gone (${cause}). Kept in YAML.`),
    evidence: [{ source: entry.agent ?? 'registry', said: 'looked everywhere, not there', at: observation.at }],
    edits: [],
  };
}
