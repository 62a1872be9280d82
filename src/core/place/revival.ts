import { autoDetected, type Entry } from '../model/entry.ts';
import type { EntryView } from '../model/view.ts';

/** Decides whether a terminated entry's session runs again. Only a session younger than the termination counts: an older look must not turn back what a user wrote since. */
export function isRevived({ entry, found, bornAt, agentProcess }: EntryView): boolean {
  if (entry.status !== 'terminated' || found === null || bornAt === null) return false;
  return agentProcess !== null && isMadeAfter(bornAt, entry);
}

/** Decides whether it runs, by its entry or by what this very look finds: its id is then written at once. */
export function isRunning(one: EntryView): boolean {
  return one.entry.status === 'running' || isRevived(one);
}

/**
 * Decides whether a session was made after the entry was marked terminated. Both are told in whole seconds: in the same one it was if
 * we marked it, for then no session of that name was there. A time without a zone counts as the latest it can mean.
 * @param bornAt when the session was made; ms since 1970
 */
export function isMadeAfter(bornAt: number, entry: Entry): boolean {
  const { terminatedAt, vagueTermination } = entry;
  if (terminatedAt === null) return vagueTermination?.latest != null && bornAt > vagueTermination.latest;
  const isOurs = entry.terminationMode === autoDetected;
  return bornAt > terminatedAt || (isOurs && bornAt === terminatedAt);
}
