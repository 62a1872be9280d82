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
  const isElsewhere = ofAnotherPlace(view);
  return absent.map((open) => {
    const isAbout = ({ entry }: { readonly entry: EntryKey }): boolean =>
      isKeyOf(open.key, registry.path, open.kind, entry);
    const name = open.session ?? '';
    const isDeferred = deferredByName.get(name)?.some(isAbout) === true;
    const one = viewsByName.get(name)?.find(isAbout) ?? null;
    if (isDeferred || isElsewhere(open) || isUndecided(open, one, view)) return { kind: 'undecided', id: open.id };
    return { kind: 'over', id: open.id, message: kindOf(open.kind)?.resolvedMessage?.(open, view, one) ?? null };
  });
}

/** Decides whether this pass says nothing about a drift: it then stays open. */
function isUndecided(open: OpenDrift, one: EntryView | null, view: View): boolean {
  const kind = kindOf(open.kind);
  if (kind === null) return true;
  if (kind.isUndecided !== undefined) return kind.isUndecided(open, view, one);
  return one !== null && isUnclear(one, view);
}

/**
 * Returns a function that decides whether another place judges a drift: it is about an entry of that place, or was found
 * there and is about something outside the file, or about a source that could not be read there.
 */
function ofAnotherPlace({ input, ofOtherPlaces }: View): (open: OpenDrift) => boolean {
  const { registry, observation } = input;
  const ids = new Set(ofOtherPlaces.map(entryId));
  const entriesByName = groupBy(registry.entries, ({ session }) => session);
  return ({ key, kind, session, entryKeys = {}, place }) => {
    if (pairsOf(entryKeys).some(([id]) => ids.has(id))) return true;
    const named = session === null ? [] : (entriesByName.get(session) ?? []);
    if (named.some((entry) => ids.has(entryId(entry)) && isKeyOf(key, registry.path, kind, entry))) return true;
    const isForeign = place !== undefined && place !== observation.place.id;
    return isForeign && (kind === 'blind' || (session !== null && named.length === 0));
  };
}
