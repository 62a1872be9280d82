import { autoDetected, type Entry } from '../model/entry.ts';
import type { EntryView } from '../model/view.ts';

/**
 * Decides whether a terminated entry's session runs again. Only a session younger than the termination counts: an older
 * observation must not undo what a user wrote since.
 */
export function isRevived({ entry, found, bornAt, agentProcess }: EntryView): boolean {
  if (entry.status !== 'terminated' || found === null || bornAt === null) return false;
  return agentProcess !== null && isMadeAfter(bornAt, entry);
}

/** Decides whether it runs, by its entry or by this observation: its id is then written at once. */
export function isRunning(one: EntryView): boolean {
  return one.entry.status === 'running' || isRevived(one);
}

/**
 * Decides whether a terminated entry's session still lives: it was made before the entry was marked.
 * @param born when the session was made; ms since 1970
 */
export function outlives(born: number, entry: Entry): boolean {
  return entry.status === 'terminated' && !isMadeAfter(born, entry);
}

/**
 * Decides whether a session was made after the entry was marked terminated. Both times are whole seconds. In the same
 * second it was made later if the monitor wrote the time, because no session of that name was there then. A time
 * without a zone counts as the latest it can mean.
 * @param bornAt when the session was made; ms since 1970
 */
function isMadeAfter(bornAt: number, entry: Entry): boolean {
  const { terminatedAt, vagueTermination } = entry;
  if (terminatedAt === null) return vagueTermination?.latest != null && bornAt > vagueTermination.latest;
  const isOurs = entry.terminationMode === autoDetected;
  return bornAt > terminatedAt || (isOurs && bornAt === terminatedAt);
}
