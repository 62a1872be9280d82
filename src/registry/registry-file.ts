import type { Edit } from '../core/model/drift.ts';
import type { Registry } from '../core/model/entry.ts';

/** What the registry file is now. */
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
  /** Text hash of each changed entry as it will stand, by `entryId`. */
  readonly entryHashes: Readonly<Record<string, string>>;
  /** The same before, of those that were there. */
  readonly formerHashes: Readonly<Record<string, string>>;
  /** What `undo` needs later, JSON. */
  readonly undo: unknown;
}

/** What a reader knows of the registry beside its text. */
export interface Known {
  /** The log holds entries of it: a missing or empty file is then no first run. */
  readonly knowsEntries: boolean;
  /** Sessions that we registered. */
  readonly ours: ReadonlySet<string>;
  /** A dry run keeps not even a cache. */
  readonly mayCache: boolean;
}

/** Reads the registry as it stands now. @throws RegistryError if it is unreadable while another process holds its lock. */
export type ReadRegistry = (known: Known) => Promise<ReadResult>;

/** The registry while its lock is ours: no writer that keeps to the lock changes it meanwhile. */
export interface HeldRegistry {
  readonly read: ReadRegistry;
  /** Reads again, compares with `expected`, renames. `changed`: the text is another one. @throws RegistryError */
  swap(expected: string | null, prepared: Prepared): 'swapped' | 'changed';
}

/** One repair out of what one swap wrote. */
export interface RepairToTakeBack {
  /** As `prepare` gave it, for all that the swap wrote. */
  readonly undo: unknown;
  /** The entries of this repair, by `entryId`. */
  readonly entries: ReadonlySet<string>;
  /** What the same swap wrote into these entries and is to stay. */
  readonly keep: readonly Edit[];
  /** Text hash, by `entryId`, of entries that another repair of the swap was taken back from. */
  readonly standsAs: ReadonlyMap<string, string>;
}

export type TakenBack =
  | {
      readonly kind: 'prepared';
      readonly prepared: Prepared;
      /** Entries of the repair that somebody changed since: left as they are. */
      readonly left: readonly { readonly entryId: string; readonly reason: string }[];
    }
  | { readonly kind: 'refused'; readonly reason: string };

/** The registry file: read tolerantly, edited as text, swapped only if nobody else wrote. */
export interface RegistryFile {
  /** As asked for, symlinks not resolved. */
  readonly path: string;
  /** A text that is just being written is read again under the lock, if there is one, before it is believed. */
  readonly read: ReadRegistry;
  /** Pure with respect to the file: splices, parses again, checks that exactly the intended paths changed. */
  prepare(
    from: { readonly text: string | null; readonly registry: Registry },
    edits: readonly Edit[],
  ): Promise<Prepared>;
  /**
   * Works under the lock that all writers share.
   * @throws RegistryError if the lock cannot be had in time, with its holders; or if the folder is read-only, …
   */
  underLock<Answer>(work: (held: HeldRegistry) => Promise<Answer>, signal: AbortSignal): Promise<Answer>;
  /** Some entry of the text says all that these edits write into it. */
  holds(text: string, edits: readonly Edit[]): Promise<boolean>;
  /** The text with one repair taken back, or why not. */
  takeBack(text: string, repair: RepairToTakeBack): Promise<TakenBack>;
  /** Removes temp files of ours whose writer is dead. */
  sweep(): Promise<void>;
}
