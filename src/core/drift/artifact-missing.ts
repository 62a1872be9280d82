import type { Drift } from '../drift.ts';
import { claudeRootOf } from '../identity/agent-process.ts';
import { pendingIn } from '../identity/pending.ts';
import { clean } from '../text.ts';
import type { EntryView, View } from '../view.ts';
import type { DriftKind } from './drift-kind.ts';
import { idFields } from './id-fields.ts';
import { driftKey } from './key.ts';
import { about } from './wording.ts';

const dayMs = 86_400_000;

export const artifactMissing: DriftKind = {
  name: 'artifact-missing',
  class: 'D',
  seenWhen: 'a recorded id has no artifact anywhere, and no live agent holds it',
  writes: 'nothing',
  tells: 'yes, with the likely cause: purged, moved, or never written',
  resolvedMessage: null,
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
  const artifacts = artifactsOf(one, input.observation);
  if (artifacts === null) return [];
  const recorded = new Set(idFields(entry).flatMap(({ value }) => (value == null ? [] : [value])));
  return [...recorded].filter((id) => artifacts.get(id) === null);
}

/** `null` where nothing can be said: the source is blind, or the folder that held the artifact was not looked at. */
function artifactsOf({ entry, agentProcess, memory }: EntryView, { claude, agy }: View['input']['observation']) {
  if (entry.agent === 'claude') {
    if ('blind' in claude) return null;
    const root = agentProcess === null ? (memory?.agent?.root ?? null) : claudeRootOf(agentProcess);
    const wasRead = claude.known.roots.some(({ path, exists }) => exists && (root === null || path === root));
    return wasRead ? claude.known.artifacts : null;
  }
  return entry.agent === 'agy' && 'known' in agy && agy.known.exists ? agy.known.artifacts : null;
}

function driftOf(one: EntryView, id: string, view: View): Drift {
  const { entry } = one;
  const { registry, observation } = view.input;
  const cause = likelyCause(one, view);
  return {
    key: driftKey(registry.path, 'artifact-missing', entry, [id]),
    kind: 'artifact-missing',
    class: 'D',
    ...about(entry),
    message: `${clean(entry.session)}: stale id ${clean(id)}, its artifact is gone (${cause}). Kept in YAML.`,
    evidence: [{ source: entry.agent ?? 'registry', said: 'looked everywhere, not there', at: observation.at }],
    edits: [],
  };
}

function likelyCause({ entry }: EntryView, { input }: View): string {
  if (entry.agent === 'agy') return 'likely moved or deleted';
  const { claude } = input.observation;
  const days = 'known' in claude ? Math.min(...claude.known.roots.map(({ cleanupDays }) => cleanupDays)) : 30;
  const { createdAt } = entry;
  if (createdAt === null) return `likely purged after ${days} days, or moved`;
  return input.now - createdAt >= days * dayMs ? `likely purged after ${days} days` : 'likely never written, or moved';
}
