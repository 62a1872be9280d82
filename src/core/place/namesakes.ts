import type { Entry } from '../model/entry.ts';
import type { FoundSession } from '../model/view.ts';
import { listedAs } from './tmux-name.ts';

/**
 * Returns the sessions on other tmux servers that bear the entry's name. A name proves nothing: they are told to the
 * user, and decide nothing.
 * @param unowned the sessions that no entry has
 */
export function namesakesOf({ session: name }: Entry, unowned: readonly FoundSession[]): readonly FoundSession[] {
  return unowned.filter(({ server, session }) => listedAs(name, server.version).includes(session.name));
}
