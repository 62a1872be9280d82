import type { Difference } from '../model/drift.ts';
import { fileOf } from '../model/conversation-file.ts';
import { evidenceOf } from '../place/agent-processes.ts';
import { formerRoots } from '../place/former-roots.ts';
import { isFileUnclear } from './in-doubt.ts';
import { idKey } from '../model/conversation-id.ts';
import { pendingIn } from '../identity/pending.ts';
import { clean } from '../words/text.ts';
import { dayMs } from '../words/time.ts';
import type { AgentEvidence, Cleanup } from '../model/evidence.ts';
import type { PlanInput } from '../model/plan.ts';
import type { EntryView, View } from '../model/view.ts';
import type { DriftKind } from './drift-kind.ts';
import { idFields } from '../model/id-fields.ts';
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
  const seen = evidenceOf(entry.agent, input.observation);
  if ('blind' in seen || !wasLookedAt(one, seen.known, input)) return [];
  const recorded = new Map(
    idFields(entry).flatMap(({ value }) => (value == null ? [] : [[idKey(value), value] as const])),
  );
  return [...recorded.values()].filter((id) => fileOf(id, seen.known).kind === 'missing');
}

function driftOf(one: EntryView, id: string, view: View): Difference {
  const { entry } = one;
  const { registry, observation } = view.input;
  const cause = whyMissing(one, view.input);
  return {
    key: driftKey(registry.path, 'artifact-missing', entry, [id]),
    ...about(entry),
    sentence: plain(`${clean(entry.session)}: stale id ${clean(id)}, its artifact is gone (${cause}). Kept in YAML.`),
    evidence: [{ source: entry.agent ?? 'registry', said: 'looked everywhere, not there', at: observation.at }],
    edits: [],
  };
}

/** Decides whether the folder of the entry's conversations was read. */
function wasLookedAt(one: EntryView, evidence: AgentEvidence, input: PlanInput): boolean {
  const root = rootOf(one, evidence, input);
  return evidence.folders.some(({ path, exists }) => exists && (root === null || path === root));
}

/** Returns its agent's folder; `null`: it is not known, and may be any. */
function rootOf(
  { entry, agentProcess, memory }: EntryView,
  evidence: AgentEvidence,
  { observation, ledger }: PlanInput,
): string | null {
  if (!evidence.hasFolderPerProcess) return null;
  if (agentProcess === null) return formerRoots(ledger, observation.place.id)(entry, memory);
  return observation.agentProcesses.get(agentProcess.pid)?.root ?? null;
}

/** Returns the likely cause, for people. */
function whyMissing({ entry, memory }: EntryView, { observation, ledger, now }: PlanInput): string {
  const seen = entry.agent === null ? null : evidenceOf(entry.agent, observation);
  const root = formerRoots(ledger, observation.place.id)(entry, memory);
  const cleanup = seen === null || 'blind' in seen ? null : cleanupOf(root, seen.known);
  if (cleanup === null) return 'likely moved or deleted';
  const { createdAt } = entry;
  if (createdAt === null) return `likely purged after ${cleanup.days} days, or moved`;
  const isOldEnough = now - createdAt >= cleanup.days * dayMs;
  return isOldEnough ? `likely purged after ${cleanup.days} days` : 'likely never written, or moved';
}

/**
 * Returns the clean-up time. Each start of an agent cleans up by its own settings: the shortest time of the possible
 * folders rules.
 */
function cleanupOf(root: string | null, { folders }: AgentEvidence): Cleanup | null {
  const own = folders.filter(({ path }) => path === root);
  const cleanups = (own.length > 0 ? own : folders).flatMap(({ cleanup }) => cleanup ?? []);
  return cleanups.toSorted((one, other) => one.days - other.days)[0] ?? null;
}
