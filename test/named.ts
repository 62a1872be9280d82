import type { EntryId } from '../src/core/model/branded.ts';
import { entryId } from '../src/core/model/entry.ts';

/** Returns the id of the entry with that name. */
export function named(session: string, socket: string | null = null): EntryId {
  return entryId({ session, socket });
}
