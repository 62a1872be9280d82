import type { DriftId, EntryId, Incarnation } from '../core/model/branded.ts';
import type { Agent } from '../core/model/entry.ts';
import type { Drift, Edit } from '../core/model/drift.ts';
import type { Ledger } from '../core/model/memory.ts';
import type { Adopting, Seeing } from '../core/model/plan.ts';

/** A drift with its public id. */
export interface LoggedDrift extends Drift {
  readonly id: DriftId;
}

/** A repair that was taken back, one for each entry. */
export interface Undone {
  readonly kind: 'undone';
  /** The drift's id, or the `event` id of an `intended` without a drift. */
  readonly drift: string;
  /** The key of the repair, which is held back from now on. */
  readonly key?: string;
  readonly session: string;
  readonly entryId: EntryId;
  /** The hash of the entry's text after the undo; `null`: the undo removed the entry. */
  readonly textHash: string | null;
}

/** An event as a caller appends it; the log adds `at` (ISO) and a unique `event` id. */
export type NewEvent =
  /** A drift without edits, or with edits that are held back. */
  | { readonly kind: 'opened'; readonly drift: LoggedDrift; readonly place?: string }
  /**
   * Fsynced before the rename. Its drifts count as opened once `applied` follows. `after`: the hash of the new text.
   * `by`: the writing process; while it lives the rename may still come.
   */
  | {
      readonly kind: 'intended';
      readonly drifts: readonly LoggedDrift[];
      readonly edits: readonly Edit[];
      readonly before: string | null;
      readonly after: string;
      readonly entryHashes: Readonly<Record<EntryId, string>>;
      /** The hashes of the entries' former texts; older logs lack them. */
      readonly formerHashes?: Readonly<Record<EntryId, string>>;
      /** A job that a person gave to the session: the edit belongs to no drift. */
      readonly submitted?: { readonly job: string; readonly session: string };
      /** The repairs that the write takes back; they are appended with its `applied`. */
      readonly undone?: readonly Undone[];
      readonly undo: unknown;
      readonly place?: string;
      readonly by: { readonly pid: number; readonly start: string };
    }
  /**
   * `of`: the `event` id of the `intended`, which holds `entryHashes` (the hash of each entry's new text)
   * and what `undo` needs.
   */
  | { readonly kind: 'applied'; readonly of: string }
  | { readonly kind: 'dropped'; readonly of: string; readonly reason: string }
  /** `repaired`: the monitor repaired it; readers are still told of it. `human`, `world`: it no longer matters. */
  | {
      readonly kind: 'resolved';
      readonly id: DriftId;
      readonly because: 'repaired' | 'world' | 'human';
      readonly message: string | null;
    }
  | Undone
  /** The user removed the entry while its session lives. */
  | { readonly kind: 'tombstone'; readonly incarnation: Incarnation; readonly session: string }
  | { readonly kind: 'entries'; readonly count: number }
  | ({ readonly kind: 'seen' } & Seeing)
  | ({ readonly kind: 'adopted' } & Adopting)
  /** The user wants to hear of no waiting of that session until then; ms since 1970. */
  | { readonly kind: 'snoozed'; readonly session: string; readonly until: number }
  /** An agent that worked for at least the time of the settings idles now. Only a loop that holds the lease says so. */
  | {
      readonly kind: 'finished';
      readonly session: string;
      readonly workspace: string | null;
      readonly agent: Agent | null;
      readonly workedMs: number;
      /** One sentence for people, without control characters. */
      readonly message: string;
    }
  /** The intent to post a comment. `posted` follows, or the next pass reads the card back. */
  | {
      readonly kind: 'posting';
      readonly card: string;
      readonly bodyHash: string;
      /** The number of comments on the card before. */
      readonly cardPosition: number;
      /** `null`: the comment tells no drifts. */
      readonly cursor: Cursor | null;
      /** The drifts that it tells. */
      readonly drifts?: readonly DriftId[];
    }
  /** How the posting ended. `arrived`: the comment is on the card; otherwise it was never made. */
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
  /** The unique id of the event: a line that is there twice counts once. */
  readonly event: string;
  /** ISO 8601 UTC. */
  readonly at: string;
  /** The number of the event since the log began. */
  readonly position: number;
};

/** The position of a reader. */
export interface Cursor {
  /** Events before it are told, except `held`. */
  readonly position: number;
  /** Drifts before `position` that were held back and are not told yet. */
  readonly held: readonly DriftId[];
  /** Drifts that were told open, whose `resolved` will be news. */
  readonly told: readonly DriftId[];
}

/** Append-only, one JSON a line; several processes may append. The only truth about drifts. */
export interface Log {
  /** Appends events; fsyncs if one of them is `intended`. */
  append(events: readonly NewEvent[]): Promise<readonly Event[]>;
  /**
   * Returns all events from `position` on that are still kept. It is cheap if nothing was appended since the last call.
   */
  read(position?: number): Promise<readonly Event[]>;
  /**
   * Returns the sum of all events: open drifts, tombstones, …; drift ids are hashes of `(registry, key, occurrence)`.
   */
  ledger(): Promise<Ledger>;
  /** Returns the id of a drift with that key now: that of the open one, else that of its next occurrence. */
  idOf(key: string, ledger: Ledger): DriftId;
  /** Returns each `intended` without an end, oldest first. The next pass settles them from the file. */
  unsettled(): Promise<readonly Event[]>;
  cursor(reader: string): Promise<Cursor | null>;
  /** Runs `deliver` under the reader's own lock, and moves the cursor to the position that it returns, if any. */
  withCursor(reader: string, deliver: (cursor: Cursor | null) => Promise<Cursor | null>): Promise<void>;
  /** Rotates beyond 5 MB. It keeps events that some reader has not passed, and events that still matter. */
  rotate(): Promise<void>;
}
