import { evidenceOf } from '../place/agent-processes.ts';
import { entryId } from '../model/entry.ts';
import type { Observation } from '../model/observation.ts';
import type { EntryView, View } from '../model/view.ts';

/** Decides whether it is not known that the session lives or is gone, or for what cause. */
export function isInDoubt({ entry, verdict }: EntryView, view: View): boolean {
  return verdict.liveness === 'unknown' || view.awaitsCause.has(entryId(entry));
}

/** Decides whether an entry is in doubt, or its processes or its agent's files could not be read. */
export function isUnclear(one: EntryView, view: View): boolean {
  if (isInDoubt(one, view)) return true;
  if (one.found !== null && one.tree === null && !one.found.pane.dead) return true;
  const { agent } = one.entry;
  return agent !== null && 'blind' in evidenceOf(agent, view.input.observation);
}

/** Decides whether an entry is unclear, or the file of one of its conversations may be under an unreadable path. */
export function isFileUnclear(_open: unknown, view: View, one: EntryView | null): boolean {
  if (one === null) return false;
  return isUnclear(one, view) || one.hidden.some(({ hides }) => hides.kind === 'conversations');
}

export function isSomeSocketBlind({ sockets }: Observation): boolean {
  return [...sockets.values()].some((seen) => 'blind' in seen);
}
