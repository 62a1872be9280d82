import { idsBy, type AgentFacts } from '../core/model/agent.ts';
import type { Entry } from '../core/model/entry.ts';
import { isObject, readJson } from '../system/json.ts';
import { writeStateFile } from '../system/replace-file.ts';

/**
 * Keeps the entries of the text that was read last, so that a process that finds it unchanged needs no YAML parser (0.7
 * s at 1,000 entries). It may be deleted at any time.
 */
export interface EntryCache {
  load(hash: string): readonly Entry[] | null;
  save(hash: string, entries: readonly Entry[]): void;
}

/** Raised when `Entry` changes, so that the cache of an older program is ignored. */
const schema = 9;

/**
 * An entry with the bare values of its ids, in the order of the agents' fields; `0`: the key is not in the entry. Which
 * agent has which field is the same for every entry, and would make the file half as large again.
 */
type StoredEntry = Omit<Entry, 'ids'> & { readonly ids: readonly (string | null | 0)[] };

/** A larger file is no cache: thousands of entries are a few MB; bytes. */
const largest = 1 << 26;

/**
 * Makes the cache of a registry's entries.
 * @param agents the agents whose fields an entry has; a cache of others is ignored
 */
export function makeEntryCache(path: string, agents: readonly AgentFacts[]): EntryCache {
  const made = [schema, ...agents.map(({ name }) => name)].join(' ');
  let last: { readonly hash: string; readonly entries: readonly Entry[] } | null = null;

  function read(hash: string): readonly Entry[] | null {
    const cached = readJson(path, (value) => (isObject(value) ? value : null), largest);
    if (cached?.['schema'] !== made || cached['hash'] !== hash) return null;
    return (cached['entries'] as readonly StoredEntry[]).map((entry) => Object.assign(entry, { ids: idsIn(entry) }));
  }

  const fields = idsBy(agents, () => undefined);
  const idsIn = ({ ids }: StoredEntry): Entry['ids'] =>
    fields.map(({ agent, path }, index) => ({ agent, path, value: ids[index] === 0 ? undefined : ids[index] }));

  return {
    load: (hash) => {
      if (last?.hash === hash) return last.entries;
      const entries = read(hash);
      if (entries !== null) last = { hash, entries };
      return entries;
    },
    save: (hash, entries) => {
      last = { hash, entries };
      try {
        const stored = entries.map((entry): StoredEntry => ({
          ...entry,
          ids: entry.ids.map(({ value }) => value ?? (value === null ? null : 0)),
        }));
        writeStateFile(path, JSON.stringify({ schema: made, hash, entries: stored }));
      } catch {
        // Without a cache the next process parses the text.
      }
    },
  };
}
