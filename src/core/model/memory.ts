import type { DriftId, EntryId, Incarnation, SocketPath } from './branded.ts';
import type { DriftKindName } from './drift.ts';
import type { Proof } from './proof.ts';

/**
 * What earlier passes remember. `Memory` is a cache: it may be deleted at any time, and a pass without it says less but
 * nothing false. `Ledger` is the sum of the event log, the only truth about drifts. Times are ms since 1970.
 */
export interface Memory {
  /** The boot at the last pass. */
  readonly bootId: string | null;
  readonly entries: Readonly<Record<EntryId, EntryMemory>>;
  /** By `<socket path>\0<server pid>\0<tmux session id>`: the name under which it was seen and since when. */
  readonly sessions: Readonly<Record<string, { readonly name: string; readonly since: number }>>;
  /**
   * Blind sources, by source name: since when, and when they were last seen blind (roughly: it is not written each
   * time).
   */
  readonly blind: Readonly<Record<string, { readonly since: number; readonly seen: number }>>;
  /**
   * Conversations in the agents' folders that a process without an entry was seen to run; they outlive the process.
   */
  readonly foreignConversations: readonly string[];
}

export interface EntryMemory {
  readonly workspace: string | null;
  readonly textHash: string;
  /** The first sighting of that text; the monitor's own writes keep the former one. */
  readonly textSince: number;
  /** The boot in which its session was last there; `null`: not known. */
  readonly bootId: string | null;
  /** Where the session was last seen alive; the entry belongs to that socket. */
  readonly seen: {
    readonly socket: SocketPath;
    readonly serverPid: number;
    readonly serverStart: string;
    readonly sessionId: string;
    readonly sessionCreated: number;
    /** tmux's own id of the pane, `%7`, which a respawn keeps; absent in the memory of an earlier version. */
    readonly paneId?: string;
    /** `null`: the pane was dead when it was first seen, and tmux told no pid. */
    readonly panePid: number | null;
    readonly paneStart: string | null;
    /** When this pane pid was first seen: younger than 5 s means respawned just now. */
    readonly paneSince: number;
  } | null;
  /** The agent process last seen in the pane, and the id it was proven to run. */
  readonly agent: {
    readonly pid: number;
    readonly start: string;
    readonly id: string | null;
    readonly proof: Proof | null;
    /** The agent's folder by the process's own environment. */
    readonly root: string | null;
    /** Another agent was seen to work in its folder while it ran, and no record names its conversation. */
    readonly sharedFolder?: true;
  } | null;
  /** A conversation of its agent that was moved to the background, and the one in which it goes on. */
  readonly movedOn?: { readonly from: string; readonly to: string };
  /** Since when the pane has been left to a shell. */
  readonly shellSince: number | null;
  /** `last_visible_status` before the monitor wrote `agent-exited`. */
  readonly formerVisibleStatus: string | null;
  /** Since when its agent has waited for its user; absent: it does not. */
  readonly waitingSince?: number;
}

export interface Ledger {
  /** The position of the next event: later events are not in the ledger. */
  readonly position: number;
  /** Drifts that are open, with the first evidence of each. */
  readonly open: ReadonlyMap<DriftId, OpenDrift>;
  /** How often a drift with this canonical key was resolved: gives a recurring drift without incarnation a new id. */
  readonly resolved: ReadonlyMap<string, number>;
  /** Entries that the log knows (registered, seen): a missing file with known entries is unreadable, not new. */
  readonly knowsEntries: boolean;
  /** To which place entries belong. An entry that was never seen alive nor adopted is left out. */
  readonly homes: ReadonlyMap<EntryId, EntryHome>;
  /** By place: the names that its host has had, the latest last. */
  readonly hosts: ReadonlyMap<string, readonly string[]>;
  /** The sessions whose entries the user deleted. */
  readonly tombstones: ReadonlySet<Incarnation>;
  /**
   * Repairs that an `undo` took back, one for each entry: the repair's key, and the hash of the entry's text after the
   * undo (`null`: the undo removed it).
   */
  readonly undone: ReadonlyMap<
    string,
    { readonly key: string; readonly entryId: EntryId; readonly textHash: string | null }
  >;
  /** `last_visible_status` before the monitor wrote `agent-exited`. */
  readonly formerWords: ReadonlyMap<EntryId, string | null>;
  /** Sessions that the monitor registered. */
  readonly registered: ReadonlySet<string>;
  /** Every drift that was opened, at least since the first unfinished run began. */
  readonly found: ReadonlyMap<DriftId, DriftRecord>;
  /** Until when the user wants to hear of no waiting of a session, by its name; ms since 1970. */
  readonly snoozed: ReadonlyMap<string, number>;
}

export interface EntryHome {
  /** The place that saw its session last, or adopted it since. */
  readonly place: string;
  /** By place: when its session was last seen alive there (ms since 1970), and in which pane. */
  readonly sightings: Readonly<Record<string, Sighting>>;
}

export interface Sighting {
  readonly at: number;
  /** The pid of the pane's process. */
  readonly pane: number;
  readonly start: string | null;
  /** The folder of the agent that was seen there last; absent: it is not known, or there was one folder only. */
  readonly root?: string;
}

export interface DriftRecord {
  readonly kind: DriftKindName;
  /** When it was last opened; ms since 1970. */
  readonly at: number;
  /** The cards that were told of it. */
  readonly told: readonly { readonly card: string; readonly at: number }[];
  /** The user caused it. */
  readonly isHuman: boolean;
}

export interface OpenDrift {
  readonly id: DriftId;
  readonly key: string;
  readonly kind: DriftKindName;
  readonly session: string | null;
  /** As in the drift. */
  readonly entryKeys?: Readonly<Record<EntryId, string>>;
  readonly openedAt: number;
  /** The place where it was found; older logs do not say. */
  readonly place?: string;
  /** All of it was written, and not taken back since: it stays open only until a pass sees that it holds. */
  readonly isRepaired?: boolean;
}

export const emptyMemory: Memory = { bootId: null, entries: {}, sessions: {}, blind: {}, foreignConversations: [] };

export const emptyLedger: Ledger = {
  position: 0,
  open: new Map(),
  resolved: new Map(),
  knowsEntries: false,
  homes: new Map(),
  hosts: new Map(),
  tombstones: new Set(),
  undone: new Map(),
  formerWords: new Map(),
  registered: new Set(),
  found: new Map(),
  snoozed: new Map(),
};
