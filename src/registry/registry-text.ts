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
  readonly byId: ReadonlyMap<EntryId, EntryInText>;
  /** Whose words and id fields are known in it. */
  readonly agents: readonly AgentFacts[];
}

export interface EntryInText {
  readonly key: EntryKey;
  readonly range: EntryRange;
  readonly entry: Entry;
  readonly index: number;
}

export function registryText(source: Source, agents: readonly AgentFacts[]): RegistryText {
  const sessions = sessionsOf(source);
  const byId = new Map<EntryId, EntryInText>();
  if (sessions.shape === 'map' || sessions.shape === 'list') {
    for (const [index, entry] of readEntries(source, sessions, agents).entries()) {
      const range = sessions.entries[index];
      const key = keyOf(entry);
      if (range !== undefined) byId.set(entryId(key), { key, range, entry, index });
    }
  }
  return { source, sessions, byId, agents };
}

export function textOf(source: Source, range: EntryRange): string {
  return source.text.slice(range.start, range.end);
}

/** Returns the text's hash of each of these entries. */
export function hashesOf({ source, byId }: RegistryText, keys: readonly EntryKey[]): Readonly<Record<EntryId, string>> {
  return Object.fromEntries(
    keys.flatMap((key) => {
      const range = byId.get(entryId(key))?.range;
      return range === undefined ? [] : [[entryId(key), entryHash(textOf(source, range))] as const];
    }),
  );
}
