import type { EntryId } from '../core/model/branded.ts';
import type { AgentFacts } from '../core/model/agent.ts';
import { entryId, keyOf, type Entry, type EntryKey } from '../core/model/entry.ts';
import type { Source } from '../yaml/source.ts';
import { entryHash } from './hash.ts';
import { sessionsOf, type EntryRange, type Sessions } from './find-entries.ts';
import { readEntries } from './read-entries.ts';

/** A text of the registry with the positions of its entries. */
export interface RegistryText {
  readonly source: Source;
  readonly sessions: Sessions;
  readonly places: ReadonlyMap<EntryId, Place>;
  /** Whose words and id fields are known in it. */
  readonly agents: readonly AgentFacts[];
}

export interface Place {
  readonly key: EntryKey;
  readonly place: EntryRange;
  readonly entry: Entry;
  readonly index: number;
}

export function registryText(source: Source, agents: readonly AgentFacts[]): RegistryText {
  const sessions = sessionsOf(source);
  const places = new Map<EntryId, Place>();
  if (sessions.shape === 'map' || sessions.shape === 'list') {
    for (const [index, entry] of readEntries(source, sessions, agents).entries()) {
      const place = sessions.entries[index];
      const key = keyOf(entry);
      if (place !== undefined) places.set(entryId(key), { key, place, entry, index });
    }
  }
  return { source, sessions, places, agents };
}

export function textOf(source: Source, place: EntryRange): string {
  return source.text.slice(place.start, place.end);
}

/** Returns the text's hash of each of these entries. */
export function hashesOf(
  { source, places }: RegistryText,
  keys: readonly EntryKey[],
): Readonly<Record<EntryId, string>> {
  return Object.fromEntries(
    keys.flatMap((key) => {
      const place = places.get(entryId(key))?.place;
      return place === undefined ? [] : [[entryId(key), entryHash(textOf(source, place))] as const];
    }),
  );
}
