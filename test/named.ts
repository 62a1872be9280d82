import type { DriftId, EntryId, SocketPath } from '../src/core/model/branded.ts';
import { entryId } from '../src/core/model/entry.ts';
import { socketPath } from '../src/core/place/socket-path.ts';

/** Returns the id of the entry with that name. */
export function named(session: string, socket: string | null = null): EntryId {
  return entryId({ session, socket });
}

/** Returns the socket at that path. */
export function socketAt(path: string): SocketPath {
  return socketPath({ socketPaths: new Map() }, path);
}

/** Returns that text as the id of a drift: an id that a test can name. */
export function driftNamed(id: string): DriftId {
  return id as DriftId;
}
