import { idsBy, type AgentFacts } from '../core/model/agent.ts';
import type { Entry } from '../core/model/entry.ts';
import { shortHash } from '../system/hash.ts';
import { jsonIn } from '../system/json.ts';
import { regularText } from '../system/read-regular.ts';
import { writeStateFile } from '../system/replace-file.ts';
import type { ReadEntries } from './read-changed.ts';

/**
 * Keeps the entries of the text that was read last. A process that finds it unchanged needs no YAML parser, and one
 * that finds it changed parses only what changed: a whole parse takes longer than the rest of a pass. It may be deleted
 * at any time.
 */
export interface EntryCache {
  load(hash: string): readonly Entry[] | null;
  /** Returns what was read last, from whatever text. */
  last(): ReadEntries | null;
  /** Keeps it at once for this process, and writes it for the next one as soon as this one waits. */
  save(hash: string, read: ReadEntries): void;
}

/** Raised when `Entry` changes, or how a text is read, so that the cache of an older program is ignored. */
const schema = 14;

/**
 * An entry with the bare values of its ids, in the order of the agents' fields; `0`: the key is not in the entry. Which
 * agent has which field is the same for every entry, and would make the file half as large again.
 */
type StoredEntry = Omit<Entry, 'ids'> & { readonly ids: readonly (string | null | 0)[] };

interface StoredFile extends Omit<ReadEntries, 'entries'> {
  readonly schema: string;
  readonly hash: string;
  readonly entries: readonly StoredEntry[];
}

/** A larger file is no cache: thousands of entries are a few MB; bytes. */
const largest = 1 << 26;

/**
 * Makes the cache of a registry's entries.
 * @param agents the agents whose fields an entry has; a cache of others is ignored
 */
export function makeEntryCache(path: string, agents: readonly AgentFacts[]): EntryCache {
  const made = [schema, ...agents.map(({ name }) => name)].join(' ');
  let last: ({ readonly hash: string } & ReadEntries) | null = null;

  function read(): typeof last {
    const cached = unsealed(regularText(path, largest) ?? '');
    if (cached?.schema !== made) return null;
    const { hash, entries, blocks } = cached;
    return { hash, entries: entries.map((entry) => Object.assign(entry, { ids: idsIn(entry) })), blocks };
  }

  function write({ hash, entries, blocks }: NonNullable<typeof last>): void {
    try {
      const stored = entries.map((entry): StoredEntry => ({
        ...entry,
        ids: entry.ids.map(({ value }) => value ?? (value === null ? null : 0)),
      }));
      writeStateFile(path, sealed({ schema: made, hash, blocks, entries: stored }));
    } catch {
      // Without a cache the next process parses the text.
    }
  }

  const fields = idsBy(agents, () => undefined);
  const idsIn = ({ ids }: StoredEntry): Entry['ids'] =>
    fields.map(({ agent, path }, index) => ({ agent, path, value: ids[index] === 0 ? undefined : ids[index] }));

  return {
    load: (hash) => {
      // A process that has read the registry itself goes on from there: what changed since is parsed sooner than a file.
      last ??= read();
      return last?.hash === hash ? last.entries : null;
    },
    last: () => last,
    save: (hash, read) => {
      last = { hash, ...read };
      // A pass waits for tmux next. To replace a file can take some ms on a busy disk, and no step needs this one.
      setImmediate(write, last);
    },
  };
}

/** Returns the file's text: a line with a hash of the rest (0.5 ms at 1,000 entries), and the rest. */
function sealed(file: StoredFile): string {
  return withHash(JSON.stringify(file));
}

/** Returns what this program wrote; `null`: nothing, or another hand or a bad disk has changed it since. */
function unsealed(text: string): StoredFile | null {
  const json = text.slice(text.indexOf('\n') + 1);
  return text === withHash(json) ? (jsonIn(json) as StoredFile) : null;
}

function withHash(json: string): string {
  return `${shortHash(json)}\n${json}`;
}
