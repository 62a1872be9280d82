import type { Difference } from '../model/drift.ts';
import { evidenceOf } from '../place/agent-processes.ts';
import { titleOf } from '../model/agent.ts';
import type { AgentEvidence, Cleanup } from '../model/evidence.ts';
import { fileOf } from '../model/conversation-file.ts';
import { isFileUnclear } from './in-doubt.ts';
import { clean } from '../words/text.ts';
import { isoSeconds } from '../words/time.ts';
import type { EntryView, View } from '../model/view.ts';
import type { DriftKind } from './drift-kind.ts';
import { currentId } from '../model/id-fields.ts';
import { driftKey } from './key.ts';
import { about, plain } from './wording.ts';

const dayMs = 86_400_000;

export const transcriptExpiring: DriftKind = {
  name: 'transcript-expiring',
  class: 'N',
  seenWhen: "a running entry's transcript falls to its agent's clean-up in less than 3 days",
  writes: 'nothing',
  tells: 'one',
  resolvedMessage: null,
  isUndecided: isFileUnclear,
  detect: (view) => view.entries.flatMap((one) => driftOf(one, view)),
};

function driftOf({ entry }: EntryView, view: View): readonly Difference[] {
  const { registry, observation, settings, now } = view.input;
  const id = currentId(entry);
  if (entry.status !== 'running' || entry.agent === null || id === null) return [];
  const seen = evidenceOf(entry.agent, observation);
  if ('blind' in seen) return [];
  const file = fileOf(id, seen.known);
  if (file.kind !== 'there') return [];
  const { artifact } = file;
  const cleanup = cleanupAt(artifact.path, seen.known);
  if (cleanup === null) return [];
  const { days, setting } = cleanup;
  const expiresAt = artifact.mtime + days * dayMs;
  if (expiresAt - now >= settings.expiryWarningMs) return [];
  const setBy = cleanup.setBy === null ? '' : ` in ${clean(cleanup.setBy)}`;
  return [
    {
      key: driftKey(registry.path, 'transcript-expiring', entry, [id]),
      ...about(entry),
      sentence: plain(
        `${clean(entry.session)}: its transcript ${clean(id)} falls to ${titleOf(entry.agent, settings.agents)}'s clean-up at ${isoSeconds(expiresAt)} ` +
          `(${setting} ${days}${setBy}). Say something in it, or raise ${setting}.`,
      ),
      evidence: [{ source: entry.agent, said: `last written at ${isoSeconds(artifact.mtime)}`, at: observation.at }],
      edits: [],
    },
  ];
}

/**
 * Returns the clean-up time of a file. A file outside every folder was found in another way: the first folder's time is
 * used.
 */
function cleanupAt(path: string, { folders }: AgentEvidence): Cleanup | null {
  return (folders.find((one) => path.startsWith(`${one.path}/`)) ?? folders[0])?.cleanup ?? null;
}
