import { pairsOf } from '../model/branded.ts';
import { isUnclear } from '../drift/in-doubt.ts';
import { kindOf } from '../drift/kind-of.ts';
import { isKeyOf } from '../drift/key.ts';
import type { Drift } from '../model/drift.ts';
import { entryId, type EntryKey } from '../model/entry.ts';
import { groupBy } from '../model/group-by.ts';
import type { OpenDrift } from '../model/memory.ts';
import type { AbsentDrift, Deferred } from '../model/plan.ts';
import type { EntryView, View } from '../model/view.ts';

/** Says for each drift that is open in the log and not in this plan whether it is over, and the message of its end. */
export function absentDrifts(
  drifts: readonly Drift[],
  deferred: readonly Deferred[],
  view: View,
): readonly AbsentDrift[] {
  const { ledger, registry } = view.input;
  const standing = new Set(drifts.map(({ key }) => key));
  const absent = [...ledger.open.values()].filter(({ key }) => !standing.has(key));
  if (absent.length === 0) return [];
  const deferredByName = groupBy(deferred, ({ entry }) => entry.session);
  const viewsByName = groupBy(view.entries, ({ entry }) => entry.session);
  return absent.map((open) => {
    const isAbout = ({ entry }: { readonly entry: EntryKey }): boolean =>
      isKeyOf(open.key, registry.path, open.kind, entry);
    const name = open.session ?? '';
    const isDeferred = deferredByName.get(name)?.some(isAbout) === true;
    const one = viewsByName.get(name)?.find(isAbout) ?? null;
    if (isDeferred || isUndecided(open, one, view)) return { kind: 'undecided', id: open.id };
    return { kind: 'over', id: open.id, message: kindOf(open.kind)?.resolvedMessage?.(open, view, one) ?? null };
  });
}

/** Decides whether this pass says nothing about a drift: it then stays open. */
function isUndecided(open: OpenDrift, one: EntryView | null, view: View): boolean {
  const kind = kindOf(open.kind);
  if (kind === null || isOfAnotherPlace(open, view)) return true;
  if (kind.isUndecided !== undefined) return kind.isUndecided(open, view, one);
  return one !== null && isUnclear(one, view);
}

/**
 * Decides whether another place judges a drift: it is about an entry of that place, or was found there and is about
 * something outside the file, or about a source that could not be read there.
 */
function isOfAnotherPlace(open: OpenDrift, { input, ofOtherPlaces }: View): boolean {
  const ids = new Set(ofOtherPlaces.map(entryId));
  if (pairsOf(open.entryKeys ?? {}).some(([id]) => ids.has(id))) return true;
  const named = input.registry.entries.filter(({ session }) => session === open.session);
  if (named.some((entry) => ids.has(entryId(entry)) && isKeyOf(open.key, input.registry.path, open.kind, entry))) {
    return true;
  }
  const isForeign = open.place !== undefined && open.place !== input.observation.place.id;
  return isForeign && (open.kind === 'blind' || (open.session !== null && named.length === 0));
}
