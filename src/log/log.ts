import type { Drift, Edit } from '../core/model/drift.ts';
import type { Ledger } from '../core/model/memory.ts';
import type { Adopting, Seeing } from '../core/model/plan.ts';

/** A drift with the id that everybody outside knows it by. */
export interface LoggedDrift extends Drift {
  readonly id: string;
}

/** A repair was taken back; one an entry. */
export interface Undone {
  readonly kind: 'undone';
  /** The drift's id, or the `event` id of an `intended` that repaired none. */
  readonly drift: string;
  /** The key of the repair, by which it is held back from now on. */
  readonly key?: string;
  readonly session: string;
  readonly entryId: string;
  /** Of the entry's text as the undo left it; `null`: the entry is out of the file. */
  readonly textHash: string | null;
}

/** What a caller appends; the log adds `at` (ISO) and a unique `event` id. */
export type NewEvent =
  /** A drift without edits, or one whose edits are held back. */
  | { readonly kind: 'opened'; readonly drift: LoggedDrift; readonly place?: string }
  /** Fsynced before the swap. Its drifts count as opened once `applied` follows. `after`: hash of the text to come. `by`: the writing process; while it lives the swap may still come. */
  | {
      readonly kind: 'intended';
      readonly drifts: readonly LoggedDrift[];
      readonly edits: readonly Edit[];
      readonly before: string | null;
      readonly after: string;
      readonly entryHashes: Readonly<Record<string, string>>;
      /** The entries' text hashes before; older logs lack them. */
      readonly formerHashes?: Readonly<Record<string, string>>;
      /** A job that a person gave to the session: the edit repairs no drift. */
      readonly submitted?: { readonly job: string; readonly session: string };
      /** The write takes repairs back: what is appended with its `applied`. */
      readonly undone?: readonly Undone[];
      readonly undo: unknown;
      readonly place?: string;
      readonly by: { readonly pid: number; readonly start: string };
    }
  /** `of`: the `event` id of the `intended`, which holds `entryHashes` (text hash of each entry as written, by `entryId`) and what `undo` needs. */
  | { readonly kind: 'applied'; readonly of: string }
  | { readonly kind: 'dropped'; readonly of: string; readonly reason: string }
  /** `repaired`: closed because we mended it; readers are still told of it. `human`, `world`: it no longer matters. */
  | {
      readonly kind: 'resolved';
      readonly id: string;
      readonly because: 'repaired' | 'world' | 'human';
      readonly message: string | null;
    }
  | Undone
  /** A human took the entry out while its session lives. */
  | { readonly kind: 'tombstone'; readonly incarnation: string; readonly session: string }
  | { readonly kind: 'entries'; readonly count: number }
  | ({ readonly kind: 'seen' } & Seeing)
  | ({ readonly kind: 'adopted' } & Adopting)
  /** Intent to post, with the card's comment count before; `posted` follows, or the next pass reads the card back. */
  | {
      readonly kind: 'posting';
      readonly card: string;
      readonly bodyHash: string;
      /** How many comments the card had before. */
      readonly cardPosition: number;
      /** `null`: the comment tells no drifts. */
      readonly cursor: Cursor | null;
      /** Ids of those that it tells. */
      readonly drifts?: readonly string[];
    }
  /** How that ended. `arrived`: the comment is on the card; where not, it never was made. */
  | {
      readonly kind: 'posted';
      readonly card: string;
      readonly of: string;
      readonly bodyHash: string;
      readonly arrived: boolean;
    }
  | {
      readonly kind: 'run';
      readonly card: string;
      readonly what: 'started' | 'resumed' | 'paused' | 'stopped' | 'completed' | 'ended';
      readonly reason: string | null;
    };

export type Event = NewEvent & {
  /** Unique id of the event: a line that stands twice counts once. */
  readonly event: string;
  /** ISO 8601 UTC. */
  readonly at: string;
  /** Number of the event since the log began. */
  readonly position: number;
};

/** Where a reader stands. */
export interface Cursor {
  /** Events before it are told, but for `held`. */
  readonly position: number;
  /** Drift ids before `position` that were held back and are not told yet. */
  readonly held: readonly string[];
  /** Drift ids told open whose `resolved` is news when it comes. */
  readonly told: readonly string[];
}

/** Append-only, one JSON a line; several processes may append. The only truth about drifts. */
export interface Log {
  /** Fsyncs if any of them is `intended`. */
  append(events: readonly NewEvent[]): Promise<readonly Event[]>;
  /** All events from `position` on that are still kept. Cheap when nothing was appended since the last call. */
  read(position?: number): Promise<readonly Event[]>;
  /** The fold of all events: what is open, tombstones, …; drift ids are hashes of `(registry, key, occurrence)`. */
  ledger(): Promise<Ledger>;
  /** The id of a drift with that key now: the open one's, else of its next occurrence. */
  idOf(key: string, ledger: Ledger): string;
  /** `intended` without an end, oldest first: settled from the file by the next pass. */
  unsettled(): Promise<readonly Event[]>;
  cursor(reader: string): Promise<Cursor | null>;
  /** Runs `deliver` under the reader's own lock; moves the cursor to what it answers, if it answers. */
  withCursor(reader: string, deliver: (cursor: Cursor | null) => Promise<Cursor | null>): Promise<void>;
  /** Rotates beyond 5 MB: what some reader has not passed, and what still matters, is kept. */
  rotate(): Promise<void>;
}
