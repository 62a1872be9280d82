import type { Entry } from '../core/model/entry.ts';
import { isObject, readJson } from '../system/json.ts';
import { writeStateFile } from '../system/replace-file.ts';

/**
 * The entries of the text that was read last, so that a process which finds it unchanged needs no YAML parser
 * (0.7 s at 1,000 entries). May be deleted at any time.
 */
export interface EntryCache {
  load(hash: string): readonly Entry[] | null;
  save(hash: string, entries: readonly Entry[]): void;
}

/** Bumped when `Entry` changes: an older program's cache is then taken for nothing. */
const schema = 7;

/** A cache of thousands of entries is a few MB; bytes. */
const largest = 1 << 26;

export function makeEntryCache(path: string): EntryCache {
  let last: { readonly hash: string; readonly entries: readonly Entry[] } | null = null;

  function read(hash: string): readonly Entry[] | null {
    const cached = readJson(path, (value) => (isObject(value) ? value : null), largest);
    return cached?.['schema'] === schema && cached['hash'] === hash ? (cached['entries'] as readonly Entry[]) : null;
  }

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
        writeStateFile(path, JSON.stringify({ schema, hash, entries }));
      } catch {
        // Without a cache the next process parses.
      }
    },
  };
}
