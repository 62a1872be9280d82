import type { AgentFacts } from './agent.ts';
import type { DriftId, EntryId, Incarnation, SocketPath } from './branded.ts';
import type { Activity, Waiting } from './activity.ts';
import type { Drift, Edit, Evidence } from './drift.ts';
import type { EntryKey, Registry } from './entry.ts';
import type { Proof } from './proof.ts';
import type { Memory, Ledger, Sighting } from './memory.ts';
import type { Observation } from './observation.ts';

export interface PlanSettings {
  /** Every known agent. */
  readonly agents: readonly AgentFacts[];
  /** Sessions whose name matches are registered if they have no entry; it has the groups `workspace` and `agent`. */
  readonly registerPattern: RegExp;
  /** How long a text or a session must be unchanged before anything is decided about it; ms. */
  readonly settleMs: number;
  /** New entries name their host even if no other entry does. */
  readonly writeHost: boolean;
  /** How long a source must be blind before it is told; ms. */
  readonly blindAfterMs: number;
  /** A transcript is told when its agent's clean-up is nearer than this; ms. */
  readonly expiryWarningMs: number;
  /** When an agent's waiting for its user is told. */
  readonly attention: {
    /** How long it must have waited; ms. */
    readonly afterMs: number;
    /** Sessions of which no waiting is ever told. */
    readonly snoozed: readonly string[];
  };
}

export interface PlanInput {
  readonly registry: Registry;
  readonly observation: Observation;
  readonly formerMemory: Memory;
  readonly ledger: Ledger;
  readonly settings: PlanSettings;
  /** Now, ms since 1970. */
  readonly now: number;
  /** When this pass began to observe, ms since 1970: a time ahead of the clock counts as this time. */
  readonly began: number;
  /** Entries that belong to this place from now on; `null`: none is asked for. */
  readonly adopt: Adoption | null;
  /** How many further observations this pass has made: 0 at the first. */
  readonly looksAgain: number;
}

/**
 * The entries that the user claims for this place: all that were never seen anywhere, or all of a host that is gone.
 */
export type Adoption = { readonly kind: 'never-seen' } | { readonly kind: 'from'; readonly host: string };

export type Liveness = 'alive' | 'gone' | 'unknown';

export interface Doubt {
  readonly reason: string;
  readonly cure: string;
}

/** The verdict about one entry, and its reasons. */
export interface Verdict {
  readonly entry: EntryKey;
  readonly liveness: Liveness;
  /** The other place to which it belongs; `null`: it belongs to this one, or to none yet. */
  readonly elsewhere: { readonly host: string; readonly hasNamesake: boolean } | null;
  /** Its entry says `terminated`, and the session that was made before that still lives. */
  readonly outlives: boolean;
  /** Why nothing can be said about it, and what would settle that; `null` unless it is `unknown`. */
  readonly doubt: Doubt | null;
  readonly evidence: readonly Evidence[];
  /** The socket that was asked, or blamed. */
  readonly socket: SocketPath | null;
  /** tmux's id of the entry's pane, such as `%3`; `null` if none was found. */
  readonly pane: string | null;
  /** `null` if no agent process was found or could be looked for. */
  readonly agent: { readonly pid: number; readonly start: string; readonly startedAt: number } | null;
  /** `null`: not known. */
  readonly activity: Activity | null;
  /** What it waits for, if the activity is `waiting`. */
  readonly waiting: Waiting | null;
  /** Since when that is its activity, by the agent's own record; ms since 1970; `null`: the agent does not say. */
  readonly activitySince: number | null;
  readonly identity: { readonly id: string; readonly proof: Proof; readonly said: string } | null;
  /** Why no conversation is proven to be its own; `null` if one is. */
  readonly notProven: string | null;
}

export interface Deferred {
  readonly entry: EntryKey;
  readonly reason: string;
  /** ms since 1970. */
  readonly until: number | null;
}

export interface Blind {
  readonly source: string;
  readonly since: number;
  readonly reason: string;
  readonly cure: string;
}

export interface LookAgain {
  /** `confirm`: nothing about it may be decided before; `settle`: a single pass waits, a loop comes back anyway. */
  readonly kind: 'confirm' | 'settle';
  readonly afterMs: number;
  readonly because: string;
}

/** Entries that belong to a place because their sessions were seen alive there, and in which pane. */
export interface Seeing {
  readonly place: string;
  readonly host: string;
  readonly entries: Readonly<Record<EntryId, Omit<Sighting, 'at'>>>;
}

/** Entries that belong to a place because the user said so. */
export interface Adopting {
  readonly place: string;
  readonly host: string;
  readonly entries: readonly EntryId[];
}

/** An open drift that this pass did not find. */
export type AbsentDrift =
  /** This pass could not judge it (a source was blind, its entry is deferred): it stays open. */
  | { readonly kind: 'undecided'; readonly id: DriftId }
  /** `message`: the message of its end, if that is news and no repair explains it; `null`: none. */
  | { readonly kind: 'over'; readonly id: DriftId; readonly message: string | null };

export interface Plan {
  /** Every present drift, in the order of the registry. */
  readonly drifts: readonly Drift[];
  /** Edits of no drift: written silently (a new pane of a running entry; the former visible status). */
  readonly silentEdits: readonly Edit[];
  /** Every drift that is open in the ledger and not among `drifts`. */
  readonly absentDrifts: readonly AbsentDrift[];
  readonly verdicts: readonly Verdict[];
  readonly deferred: readonly Deferred[];
  /** Sources that a verdict needed and that were blind. */
  readonly blind: readonly Blind[];
  /** When to observe again before anything is decided: a mass event, no pid to ask, a text that settles. */
  readonly lookAgain: LookAgain | null;
  /** Entries that the user deleted while their session lives: to be logged, and not registered again meanwhile. */
  readonly tombstones: readonly { readonly incarnation: Incarnation; readonly session: string }[];
  /** Entries whose session this pass saw alive, unless the log says so already; for the log. */
  readonly seen: Seeing | null;
  /** Entries that the user adopted in this pass; for the log. */
  readonly adopted: Adopting | null;
  /** What to remember. It is written only if it differs from the last memory. */
  readonly nextMemory: Memory;
}
