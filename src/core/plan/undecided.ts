import { kindOf } from '../drift/index.ts';
import { isKeyOf } from '../drift/key.ts';
import { entryId, type EntryKey } from '../model/entry.ts';
import { groupBy } from '../model/group.ts';
import { isUnclear } from '../drift/in-doubt.ts';
import type { Deferred, Plan } from '../model/plan.ts';
import type { View } from '../model/view.ts';

/** Which open drifts this look says nothing about: they stay open, although they do not stand in the plan. */
export function undecidedIn(view: View, deferred: readonly Deferred[]): Plan['undecided'] {
  const { path } = view.input.registry;
  const deferredByName = groupBy(deferred, ({ entry }) => entry.session);
  const viewsByName = groupBy(view.entries, (one) => one.entry.session);

  return (open) => {
    const kind = kindOf(open.kind);
    if (kind === null) return true;
    if (isOfAnotherPlace(open, view)) return true;
    const isAbout = ({ entry }: { readonly entry: EntryKey }): boolean => isKeyOf(open.key, path, kind.name, entry);
    const name = open.session ?? '';
    if ((deferredByName.get(name) ?? []).some(isAbout)) return true;
    const one = (viewsByName.get(name) ?? []).find(isAbout) ?? null;
    if (kind.isUndecided !== undefined) return kind.isUndecided(open, view, one);
    return one !== null && isUnclear(one, view);
  };
}

/**
 * Another place judges it: it is about an entry of that place, or was found there and is about something that is not
 * in the file, or about a source that could not be read there.
 */
function isOfAnotherPlace(open: Parameters<Plan['undecided']>[0], { input, elsewhere }: View): boolean {
  const ids = new Set(elsewhere.map(entryId));
  if (Object.keys(open.entryKeys ?? {}).some((id) => ids.has(id))) return true;
  const named = input.registry.entries.filter(({ session }) => session === open.session);
  if (named.some((entry) => ids.has(entryId(entry)) && isKeyOf(open.key, input.registry.path, open.kind, entry))) {
    return true;
  }
  const isForeign = open.place !== undefined && open.place !== input.observation.place.id;
  return isForeign && (open.kind === 'blind' || (open.session !== null && named.length === 0));
}
