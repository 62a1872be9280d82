import type { DriftKindName } from '../model/drift.ts';
import type { EntryKey } from '../model/entry.ts';

/**
 * Returns what a drift is about as one canonical string: the registry, the kind, the entry, then the values that differ
 * and the incarnation. No clock may be in it: the same drift would be told again with each pass.
 */
export function driftKey(
  registryPath: string,
  kind: DriftKindName,
  entry: EntryKey | null,
  about: readonly (string | number | null)[],
): string {
  return JSON.stringify([registryPath, kind, entry?.session ?? null, entry?.socket ?? null, ...about]);
}

/** Decides whether a key is of a drift of that kind about that entry. Two entries may share a session name. */
export function isKeyOf(key: string, registryPath: string, kind: DriftKindName, entry: EntryKey): boolean {
  return key.startsWith(driftKey(registryPath, kind, entry, []).slice(0, -1));
}
