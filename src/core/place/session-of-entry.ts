import type { EntryId, SocketPath } from '../model/branded.ts';
import { compare } from '../model/compare.ts';
import { type Entry, entryId, misshapenPlace } from '../model/entry.ts';
import type { EntryMemory } from '../model/memory.ts';
import type { Observation, TmuxServer, TmuxSession } from '../model/observation.ts';
import type { PlanInput } from '../model/plan.ts';
import { listedAs } from './tmux-name.ts';
import type { FoundSession } from '../model/view.ts';
import { canBeSocket, socketPath } from './socket-path.ts';

export interface Ownership {
  /** The session that is this entry's. */
  readonly owned: ReadonlyMap<EntryId, FoundSession>;
  /** A session with an entry's name, on the entry's own socket, that belongs to another entry. */
  readonly contested: ReadonlyMap<EntryId, FoundSession>;
  readonly unowned: readonly FoundSession[];
}

/**
 * Decides which entry owns which session. Entries that belong to a socket come first, so that another entry does not
 * get their session.
 */
export function ownership(input: PlanInput): Ownership {
  const listings = listingsOf(input.observation);
  const owned = new Map<EntryId, FoundSession>();
  const contested = new Map<EntryId, FoundSession>();
  const taken = new Set<TmuxSession>();
  const claim = (entry: Entry, sockets: readonly SocketPath[], home: SocketPath): void => {
    const atHome = lookFor(entry.session, [home], listings, new Set());
    if (atHome !== null && taken.has(atHome.session)) {
      // It is not looked for on other servers: a session of that name there is another session.
      contested.set(entryId(entry), atHome);
      return;
    }
    const session = lookFor(entry.session, sockets, listings, taken);
    if (session === null) return;
    taken.add(session.session);
    owned.set(entryId(entry), session);
  };

  const homeless: Entry[] = [];
  for (const entry of exactFirst(input.registry.entries, listings)) {
    const home = homeSocket(entry, memoryOf(entry, input), input.observation);
    if (home !== null) claim(entry, [home], home);
    if (home === null || (!owned.has(entryId(entry)) && hasLostServer(entry, input))) homeless.push(entry);
  }
  const everywhere = socketsInOrder(input.observation);
  const [standard] = everywhere;
  const mayBeHidden = everywhere.some((socket) => mayHide(socket, input.observation));
  for (const entry of homeless) {
    const withPane = everywhere.filter((socket) => holdsPane(entry, socket, listings));
    // By its name alone it may be a session on a server that did not answer. Without a socket the default one is meant.
    const byName = mayBeHidden ? [standard] : everywhere;
    const sockets = withPane.length > 0 ? withPane : byName;
    if (withPane.length > 0 || misshapenPlace(entry)?.path !== 'tmux_socket') claim(entry, sockets, standard);
  }

  const unowned = everywhere.flatMap((socket) => {
    const listing = listings.get(socket);
    if (listing === undefined) return [];
    const left = listing.server.sessions.filter((session) => !taken.has(session));
    return left.map((session) => ({ socket, server: listing.server, session }));
  });
  return { owned, contested, unowned };
}

/** Decides whether a server behind that socket may have sessions that were not listed. */
function mayHide(socket: SocketPath, observation: Observation): boolean {
  const state = observation.sockets.get(socket);
  if (!isPossible(socket, observation) || state === undefined) return false;
  return 'blind' in state || state.known.hidden.length > 0;
}

/** Decides whether the session of the entry's name on that socket has the pane that the entry names. */
function holdsPane(entry: Entry, socket: SocketPath, listings: ReadonlyMap<SocketPath, Listing>): boolean {
  const pid = entry.pane?.pid ?? null;
  const found = pid === null ? null : lookFor(entry.session, [socket], listings, new Set());
  return found !== null && found.session.panes.some((pane) => pane.pid === pid && !pane.dead);
}

/** Decides whether the server of its session is gone and the entry names no socket. */
function hasLostServer(entry: Entry, input: PlanInput): boolean {
  const seen = memoryOf(entry, input)?.seen ?? null;
  const state = seen === null ? undefined : input.observation.sockets.get(seen.socket);
  if (entry.socket !== null || seen === null || state === undefined || 'blind' in state) return false;
  const { server, hidden } = state.known;
  return hidden.length === 0 && (server?.pid !== seen.serverPid || server.start !== seen.serverStart);
}

/** Returns the socket an entry belongs to: the one it names, else the one it was once seen on. */
export function homeSocket(entry: Entry, memory: EntryMemory | null, observation: Observation): SocketPath | null {
  if (entry.socket !== null) return socketPath(observation, entry.socket);
  return memory?.seen?.socket ?? null;
}

export function memoryOf(entry: Entry, input: PlanInput): EntryMemory | null {
  return input.formerMemory.entries[entryId(entry)] ?? null;
}

/**
 * Returns the sockets, the default one first, the others by path, so that the order of the answers decides nothing.
 */
export function socketsInOrder(observation: Observation): readonly [SocketPath, ...SocketPath[]] {
  const standard = socketPath(observation, null);
  const others = [...observation.sockets.keys()].filter((socket) => socket !== standard);
  return [standard, ...others.toSorted()];
}

/** Decides whether a server can listen at a path. An impossible path (of a mistyped entry) hides no session. */
export function isPossible(socket: SocketPath, observation: Observation): boolean {
  return socket === socketPath(observation, null) || canBeSocket(socket);
}

interface Listing {
  readonly server: TmuxServer;
  readonly byName: ReadonlyMap<string, TmuxSession>;
}

function listingsOf(observation: Observation): ReadonlyMap<SocketPath, Listing> {
  const listings = new Map<SocketPath, Listing>();
  for (const [socket, seen] of observation.sockets) {
    if ('blind' in seen || seen.known.server === null) continue;
    const { server } = seen.known;
    listings.set(socket, { server, byName: new Map(server.sessions.map((session) => [session.name, session])) });
  }
  return listings;
}

/**
 * Orders entries so that an exact name comes first: `a.b` and `a_b` may both exist, and the exact name has the first
 * claim.
 */
function exactFirst(entries: readonly Entry[], listings: ReadonlyMap<SocketPath, Listing>): readonly Entry[] {
  const isExact = (entry: Entry): boolean =>
    [...listings.values()].some((listing) => listing.byName.has(entry.session));
  const rank = new Map(entries.map((entry) => [entry, isExact(entry) ? 0 : 1]));
  return entries.toSorted(
    (one, other) => (rank.get(one) ?? 0) - (rank.get(other) ?? 0) || compare(entryId(one), entryId(other)),
  );
}

function lookFor(
  name: string,
  sockets: readonly SocketPath[],
  listings: ReadonlyMap<SocketPath, Listing>,
  taken: ReadonlySet<TmuxSession>,
): FoundSession | null {
  for (const socket of sockets) {
    const listing = listings.get(socket);
    if (listing === undefined) continue;
    const { server, byName } = listing;
    const listed = listedAs(name, server.version).find((one) => byName.has(one));
    const session = listed === undefined ? undefined : byName.get(listed);
    if (session !== undefined && !taken.has(session)) return { socket, server, session };
  }
  return null;
}
