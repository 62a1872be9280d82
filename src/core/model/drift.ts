import type { EntryId } from './branded.ts';
import type { Agent } from './entry.ts';
import type { EntryKey } from './entry.ts';
import type { Proof } from './proof.ts';

/** Names a kind. The list in `drift/` says which there are; the log of another version may hold others. */
export type DriftKindName = string;

/** A letter: `A` for `session-gone`. */
export type DriftClass = string;

/** A value that may be written into the registry: YAML scalars and nests of them. */
export type Value = string | number | boolean | null | readonly Value[] | { readonly [key: string]: Value };

/** One change of the registry. Paths are relative to the entry; times are `2026-07-01T09:00:00Z` strings. */
export type Edit =
  /** Replaces a value, or adds the missing key (and the mappings above it) (`from: undefined`). */
  | {
      readonly op: 'set';
      readonly entry: EntryKey;
      readonly path: readonly string[];
      readonly from: Value | undefined;
      readonly to: Value;
    }
  /**
   * Puts an item before all others of a list, and removes items with one of the ids `dropping`; makes the list if it is
   * missing or null.
   */
  | {
      readonly op: 'prepend';
      readonly entry: EntryKey;
      readonly path: readonly string[];
      readonly item: Value;
      readonly dropping?: readonly string[];
    }
  /** Adds an entry in the style of its neighbours. */
  | { readonly op: 'register'; readonly entry: EntryKey; readonly fields: { readonly [key: string]: Value } };

export interface Evidence {
  /** `tmux:/tmp/tmux-1000/default`, `proc`, an agent's name, `registry`, `boot`, `jobs`; of `explain` also `report`. */
  readonly source: string;
  readonly said: string;
  /** ms since 1970. */
  readonly at: number;
}

/** A difference that matters, with the written part of its repair, and the message about both. */
export interface Drift extends DriftFacts {
  readonly kind: DriftKindName;
  readonly class: DriftClass;
  /** One calm sentence, without control characters. */
  readonly message: string;
  /** The message in a dry run, if it differs. */
  readonly dryRunMessage?: string;
  /** The observation alone, if `message` also tells the outcome. */
  readonly seen?: string;
  /** Further facts that follow the outcome in `message`, if there are some. */
  readonly after?: string;
}

/** A difference that a kind of drift finds. Its edits are the whole repair, held back or not. */
export interface Difference extends DriftFacts {
  readonly sentence: Sentence;
}

/** A difference, and the kind that found it. */
export interface Detected extends Difference {
  readonly kind: DriftKindName;
  readonly class: DriftClass;
}

/** The sentence about a difference, without control characters. */
export type Sentence =
  /** A sentence that is true whatever is written. */
  | { readonly kind: 'plain'; readonly message: string }
  /** The observation, the outcome and further facts; the outcome is told only as far as it is written. */
  | {
      readonly kind: 'repair';
      readonly seen: string;
      /** `Marked terminated.` Empty: the observation says it all. */
      readonly done: string;
      /** `Would be marked terminated.` */
      readonly would: string;
      readonly after: string | null;
    };

interface DriftFacts {
  /** Canonical, without a clock; `src/log` hashes it to the drift's id. */
  readonly key: string;
  /** `null` for mass events and for drifts about no entry (blind, registry-unreadable). */
  readonly session: string | null;
  /** Mass events only. */
  readonly sessions?: readonly string[];
  readonly workspace: string | null;
  readonly agent: Agent | null;
  readonly evidence: readonly Evidence[];
  /**
   * The written edits of a drift: empty if the kind edits nothing, or a pin, an undo or an anchor holds the repair
   * back.
   */
  readonly edits: readonly Edit[];
  /** Mass events: the key that the repair of each entry has by itself; an undo holds that one back. */
  readonly entryKeys?: Readonly<Record<EntryId, string>>;
  /** The proof of the conversation id among the edits. */
  readonly proof?: Proof;
  /** A shell line (a script for mass events) for a person to paste; shell-quoted. */
  readonly resume?: string;
}
