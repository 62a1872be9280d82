import { agents } from './agent/index.ts';
import { blindKey } from './drift/blind.ts';
import { driftKinds } from './drift/index.ts';
import { isKeyOf } from './drift/key.ts';
import type { Entry, EntryKey } from './entry.ts';
import { entryId } from './entry.ts';
import { groupBy } from './group.ts';
import type { Deferred, Plan } from './plan.ts';
import type { EntryView, View } from './view.ts';

/** Which open drifts this look says nothing about: they stay open, although they do not stand in the plan. */
export function undecidedIn(view: View, deferred: readonly Deferred[]): Plan['undecided'] {
  const { path } = view.input.registry;
  const judged = new Set<string>(driftKinds.map((kind) => kind.name));
  const deferredByName = groupBy(deferred, ({ entry }) => entry.session);
  const someSocketIsBlind = [...view.input.observation.sockets.values()].some((seen) => 'blind' in seen);
  const blindKeys = new Set(view.blind.map(({ source }) => blindKey(source, path)));
  const viewsByName = groupBy(view.entries, (one) => one.entry.session);

  return ({ key, kind, session }) => {
    if (!judged.has(kind)) return true;
    if (kind === 'blind') return blindKeys.has(key);
    if (session === null) return kind !== 'registry-unreadable' && (view.awaitsCause.size > 0 || someSocketIsBlind);
    const isAbout = ({ entry }: { readonly entry: EntryKey }): boolean => isKeyOf(key, path, kind, entry);
    if ((deferredByName.get(session) ?? []).some(isAbout)) return true;
    // What stands in the file needs no other source.
    if (kind === 'registry-unreadable') return false;
    if (kind === 'session-unregistered') return someSocketIsBlind;
    const unclear = kind === 'job-orphaned' ? isJobUnclear : isUnclear;
    return (viewsByName.get(session) ?? []).some((one) => isAbout(one) && unclear(one, view));
  };
}

export function isHalfTyped(entry: Entry): boolean {
  return entry.halfTyped !== null && !entry.ignore;
}

/** Not known to live or to be gone, or for what cause. */
function isInDoubt({ entry, verdict }: EntryView, view: View): boolean {
  return verdict.liveness === 'unknown' || view.awaitsCause.has(entryId(entry));
}

function isJobUnclear(one: EntryView, view: View): boolean {
  const { jobId } = one.entry;
  if (isInDoubt(one, view)) return true;
  const seen = jobId === null ? undefined : view.input.observation.jobs.get(jobId);
  return jobId !== null && (seen === undefined || 'blind' in seen);
}

function isUnclear(one: EntryView, view: View): boolean {
  if (isInDoubt(one, view)) return true;
  if (one.found !== null && one.tree === null && !one.found.pane.dead) return true;
  const { agent } = one.entry;
  return agent !== null && 'blind' in agents[agent].filesIn(view.input.observation);
}
