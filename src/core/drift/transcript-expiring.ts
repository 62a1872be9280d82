import type { Difference } from '../model/drift.ts';
import { evidenceOf } from '../place/agent-processes.ts';
import { titleOf } from '../model/agent.ts';
import type { AgentEvidence, Cleanup } from '../model/evidence.ts';
import type { Entry } from '../model/entry.ts';
import { fileOf } from '../model/conversation-file.ts';
import { isFileUnclear } from './in-doubt.ts';
import { clean } from '../words/text.ts';
import { dayMs, isoSeconds } from '../words/time.ts';
import type { EntryView, View } from '../model/view.ts';
import type { DriftKind } from './drift-kind.ts';
import { currentId } from '../model/id-fields.ts';
import { driftKey } from './key.ts';
import { about, plain } from './wording.ts';

export const transcriptExpiring: DriftKind = {
  name: 'transcript-expiring',
  class: 'N',
  seenWhen: "a running entry's transcript falls to its agent's clean-up in less than 3 days",
  writes: 'nothing',
  tells: 'one, and one more where a setting brings the clean-up nearer',
  resolvedMessage: null,
  isUndecided: isFileUnclear,
  detect: (view) => view.entries.flatMap((one) => driftOf(one, view)),
};

function driftOf({ entry }: EntryView, view: View): readonly Difference[] {
  const { observation, settings, now } = view.input;
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
  const cleaner = `${titleOf(entry.agent, settings.agents)}'s clean-up`;
  const falls =
    expiresAt > now
      ? `falls to ${cleaner} at ${isoSeconds(expiresAt)}`
      : `may be taken by ${cleaner} at any time since ${isoSeconds(expiresAt)}`;
  const setBy = cleanup.setBy === null ? '' : ` in ${clean(cleanup.setBy)}`;
  return [
    {
      key: keyOf(entry, id, days, view),
      ...about(entry),
      sentence: plain(
        `${clean(entry.session)}: its transcript ${clean(id)} ${falls} ` +
          `(${setting} ${days}${setBy}). Say something in it, or raise ${setting}.`,
      ),
      evidence: [{ source: entry.agent, said: `last written at ${isoSeconds(artifact.mtime)}`, at: observation.at }],
      edits: [],
    },
  ];
}

/**
 * Returns the key. A shorter time brings the deadline nearer, and that is news. Nothing else is: each turn of the agent
 * moves the deadline on, and so does a longer time.
 */
function keyOf(entry: Entry, id: string, days: number, { input: { registry, ledger } }: View): string {
  const beginning = driftKey(registry.path, 'transcript-expiring', entry, [id]).slice(0, -1);
  const told = [...ledger.open.values()].flatMap(({ key }) =>
    key.startsWith(`${beginning},`) ? [Number(key.slice(beginning.length + 1, -1))] : [],
  );
  return driftKey(registry.path, 'transcript-expiring', entry, [id, Math.min(days, ...told)]);
}

/**
 * Returns the clean-up time of a file. A file outside every folder was found in another way: the first folder's time is
 * used.
 */
function cleanupAt(path: string, { folders }: AgentEvidence): Cleanup | null {
  return (folders.find((one) => path.startsWith(`${one.path}/`)) ?? folders[0])?.cleanup ?? null;
}
