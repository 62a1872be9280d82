import { compare } from '../model/compare.ts';
import { entryId, type Entry } from '../model/entry.ts';
import type { TmuxPane, TmuxSession } from '../model/observation.ts';
import { socketsInOrder } from './session-of-entry.ts';
import type { PlanInput } from '../model/plan.ts';
import type { FoundSession } from '../model/view.ts';

export type PaneHome = FoundSession & { readonly pane: TmuxPane };

/**
 * Finds the sessions that show a live pane, by the pid at its root. Several do where sessions are grouped
 * (`new-session -t`) or share a linked window: then the oldest stands first, because a view is always younger than the
 * session it shows.
 */
export function paneHomes(input: PlanInput): ReadonlyMap<number, readonly PaneHome[]> {
  const homes = new Map<number, PaneHome[]>();
  for (const socket of socketsInOrder(input.observation)) {
    const seen = input.observation.sockets.get(socket);
    if (seen === undefined || 'blind' in seen || seen.known.server === null) continue;
    const { server } = seen.known;
    for (const session of server.sessions.toSorted(byAge)) {
      for (const pane of session.panes) {
        // The pid of a dead pane may belong to another process by now.
        if (pane.dead) continue;
        const home = { socket, server, session, pane };
        const known = homes.get(pane.pid);
        if (known === undefined) homes.set(pane.pid, [home]);
        else known.push(home);
      }
    }
  }
  return homes;
}

interface Located {
  readonly entry: Entry;
  readonly where: FoundSession | null;
}

/**
 * Finds the entries whose session only shows panes of another entry's session, and that session. Of two that show the
 * same panes the running entry has them, then the one of the older session.
 */
export function shownElsewhere<Place extends Located>(
  places: readonly Place[],
  homes: ReadonlyMap<number, readonly PaneHome[]>,
): ReadonlyMap<Place, TmuxSession> {
  const rank = ({ entry }: Place): number => (entry.status === 'running' ? 0 : 1);
  // Two entries may have one session: by its name, and by a pane that was moved into it.
  const byWeight = places.toSorted(
    (one, other) => rank(other) - rank(one) || compare(entryId(other.entry), entryId(one.entry)),
  );
  const owners = new Map(byWeight.flatMap((place) => (place.where === null ? [] : [[place.where.session, place]])));
  const shown = new Map<Place, TmuxSession>();
  for (const place of places) {
    if (place.where === null) continue;
    const { server, session: own } = place.where;
    const sharing = own.panes
      .flatMap((pane) => (pane.dead ? [] : (homes.get(pane.pid) ?? [])))
      .filter((home) => home.server === server);
    const original = sharing
      .map(({ session }) => session)
      .find((other) => {
        const owner = owners.get(other);
        if (owner === undefined || !isViewOf(own, other)) return false;
        return (rank(owner) - rank(place) || byAge(other, own)) < 0;
      });
    if (original !== undefined) shown.set(place, original);
  }
  return shown;
}

/** Decides whether a session shows nothing but panes of the other one. */
export function isViewOf(session: TmuxSession, other: TmuxSession): boolean {
  if (session === other) return false;
  // Of two strangers the first pane decides: a first pass asks this for each pair of a thousand sessions.
  return session.panes.every(({ id }) => other.panes.some((pane) => pane.id === id));
}

/** Orders sessions by age: tmux counts its session ids up, so `$9` is older than `$10`. */
export function byAge(one: TmuxSession, other: TmuxSession): number {
  return Number(one.id.slice(1)) - Number(other.id.slice(1)) || compare(one.name, other.name);
}
