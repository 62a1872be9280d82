import { entryId, type Entry } from '../model/entry.ts';
import type { EntryMemory, Ledger } from '../model/memory.ts';

/**
 * Makes the function that returns the folder of the agent that was seen last in an entry's session; `null`: it is not
 * known, and may be any. The memory may have been deleted, and then the log knows it.
 * @param place the id of this place
 */
export function formerRoots({ homes }: Pick<Ledger, 'homes'>, place: string) {
  return (entry: Entry, memory: EntryMemory | null): string | null => {
    const former = memory?.agent ?? null;
    return former === null ? (homes.get(entryId(entry))?.sightings[place]?.root ?? null) : former.root;
  };
}
