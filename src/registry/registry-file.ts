import type { EntryId } from '../core/model/branded.ts';
import type { Edit } from '../core/model/drift.ts';
import type { Registry } from '../core/model/entry.ts';

/** The present state of the registry file. */
export type ReadResult =
  | { readonly kind: 'read'; readonly registry: Registry; readonly text: string }
  /** No file, and nothing speaks against starting one: the registry is empty, `text` is `null`. */
  | { readonly kind: 'absent'; readonly registry: Registry; readonly text: null }
  /** Nothing is written; the message names what is wrong. `where`: `path:line:column`. */
  | {
      readonly kind: 'unreadable';
      readonly message: string;
      readonly where: string;
      readonly cure: string;
    };

/** A registry to plan from; it may not be there yet. */
export type Readable = Exclude<ReadResult, { kind: 'unreadable' }>;

export interface Prepared {
  /** The whole new text. */
  readonly text: string;
  readonly hash: string;
  /** Edits that could not be made, and why (an anchor others use, …): they become `deferred`. */
  readonly refused: readonly { readonly edit: Edit; readonly reason: string }[];
  /** The hash of each changed entry's new text. */
  readonly entryHashes: Readonly<Record<EntryId, string>>;
  /** The hashes before, of entries that existed. */
  readonly formerHashes: Readonly<Record<EntryId, string>>;
  /** What `undo` needs later, as JSON. */
  readonly undo: unknown;
}

/** What a reader knows of the registry beside its text. */
export interface Known {
  /** The log holds entries of it: a missing or empty file is then no first run. */
  readonly knowsEntries: boolean;
  /** Sessions that the monitor registered. */
  readonly registered: ReadonlySet<string>;
  /** A dry run keeps not even a cache. */
  readonly mayCache: boolean;
}

/**
 * Reads the present registry.
 * @throws RegistryError if it is unreadable while another process holds its lock
 */
export type ReadRegistry = (known: Known) => Promise<ReadResult>;

/** The registry while this process holds its lock: no writer that takes the lock changes it meanwhile. */
export interface HeldRegistry {
  readonly read: ReadRegistry;
  /**
   * Reads again, compares with `expected`, renames. `changed`: the text is another one.
   * @throws RegistryError
   */
  swap(expected: string | null, prepared: Prepared): 'swapped' | 'changed';
}

/** One of the repairs that one swap wrote. */
export interface RepairToTakeBack {
  /** The `undo` of `prepare`, for the whole swap. */
  readonly undo: unknown;
  readonly entries: ReadonlySet<EntryId>;
  /** Edits of the same swap in these entries that must stay. */
  readonly keep: readonly Edit[];
  /** The text's hash of entries from which another repair of the swap was taken back. */
  readonly standsAs: ReadonlyMap<EntryId, string>;
}

export type TakenBack =
  | {
      readonly kind: 'prepared';
      readonly prepared: Prepared;
      /** Entries of the repair that were changed since, and are left as they are. */
      readonly left: readonly { readonly entryId: EntryId; readonly reason: string }[];
    }
  | { readonly kind: 'refused'; readonly reason: string };

/** The registry file: read tolerantly, edited as text, replaced only if no other writer changed it. */
export interface RegistryFile {
  /** The path as it was asked for, with symlinks not resolved. */
  readonly path: string;
  /** Reads the registry. A text that is just being written is read again under the lock, if there is one. */
  readonly read: ReadRegistry;
  /**
   * Prepares a new text without touching the file: splices, parses again, checks that exactly the intended paths
   * changed.
   */
  prepare(
    from: { readonly text: string | null; readonly registry: Registry },
    edits: readonly Edit[],
  ): Promise<Prepared>;
  /**
   * Works under the lock that all writers share.
   * @throws RegistryError if the lock cannot be had in time, with its holders; or if the folder is read-only, …
   */
  underLock<Answer>(work: (held: HeldRegistry) => Promise<Answer>, signal: AbortSignal): Promise<Answer>;
  /** Decides whether some entry of the text holds all that these edits write into it. */
  holds(text: string, edits: readonly Edit[]): Promise<boolean>;
  /** Returns the text with one repair taken back, or why it cannot be. */
  takeBack(text: string, repair: RepairToTakeBack): Promise<TakenBack>;
  /** Removes temporary files of dead writers. */
  sweep(): Promise<void>;
}
