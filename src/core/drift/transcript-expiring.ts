import type { Difference } from '../model/drift.ts';
import { cleanupAt } from '../agent/claude-cleanup.ts';
import { fileOf } from '../agent/conversation-file.ts';
import { isFileUnclear } from './in-doubt.ts';
import { clean } from '../words/text.ts';
import { isoSeconds } from '../words/time.ts';
import type { EntryView, View } from '../model/view.ts';
import type { DriftKind } from './drift-kind.ts';
import { currentId } from '../agent/id-fields.ts';
import { driftKey } from './key.ts';
import { about, plain } from './wording.ts';

const dayMs = 86_400_000;

export const transcriptExpiring: DriftKind = {
  name: 'transcript-expiring',
  class: 'N',
  seenWhen: "a running entry's transcript falls to Claude's clean-up in less than 3 days",
  writes: 'nothing',
  tells: 'one',
  resolvedMessage: null,
  isUndecided: isFileUnclear,
  detect: (view) => view.entries.flatMap((one) => driftOf(one, view)),
};

function driftOf({ entry }: EntryView, view: View): readonly Difference[] {
  const { registry, observation, settings, now } = view.input;
  const id = currentId(entry);
  if (entry.status !== 'running' || entry.agent !== 'claude' || id === null || 'blind' in observation.claude) return [];
  const file = fileOf(id, observation.claude.known);
  if (file.kind !== 'there') return [];
  const { artifact } = file;
  const { cleanupDays, cleanupSetBy } = cleanupAt(artifact.path, observation.claude.known);
  const expiresAt = artifact.mtime + cleanupDays * dayMs;
  if (expiresAt - now >= settings.expiryWarningMs) return [];
  const setBy = cleanupSetBy === undefined ? '' : ` in ${clean(cleanupSetBy)}`;
  return [
    {
      key: driftKey(registry.path, 'transcript-expiring', entry, [id]),
      ...about(entry),
      sentence: plain(
        `${clean(entry.session)}: its transcript ${clean(id)} falls to Claude's clean-up at ${isoSeconds(expiresAt)} ` +
          `(cleanupPeriodDays ${cleanupDays}${setBy}). Say something in it, or raise cleanupPeriodDays.`,
      ),
      evidence: [{ source: 'claude', said: `last written at ${isoSeconds(artifact.mtime)}`, at: observation.at }],
      edits: [],
    },
  ];
}
