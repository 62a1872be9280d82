import type { AgentFacts } from './agent.ts';
import type { Activity, Waiting } from './activity.ts';
import type { Drift, Edit, Evidence } from './drift.ts';
import type { EntryKey, Registry } from './entry.ts';
import type { Proof } from './proof.ts';
import type { Memory, Ledger } from './memory.ts';
import type { Observation } from './observation.ts';

export interface PlanSettings {
  /** Every agent we know. */
  readonly agents: readonly AgentFacts[];
  /** Sessions with such a name are registered when they have no entry; named groups `workspace` and `agent`. */
  readonly registerPattern: RegExp;
  /** How long a text or session must have been left alone before we decide about it, ms. */
  readonly settleMs: number;
  /** New entries name their host, although no other entry does. */
  readonly writeHost: boolean;
  /** How long a source must be blind before it is said, ms. */
  readonly blindAfterMs: number;
  /** Warn about a transcript when its agent's clean-up is nearer than this, ms. */
  readonly expiryWarningMs: number;
}

export interface PlanInput {
  readonly registry: Registry;
  readonly observation: Observation;
  readonly formerMemory: Memory;
  readonly ledger: Ledger;
  readonly settings: PlanSettings;
  /** Now, ms since 1970. */
  readonly now: number;
  /** When this pass began to look, ms since 1970: what has a time ahead of our clock counts as that old. */
  readonly began: number;
  /** Entries that belong to this place from now on; `null`: none is asked for. */
  readonly adopt: Adoption | null;
  /** The looks this pass has already taken again: 0 on the first. */
  readonly looksAgain: number;
}

/** Which entries the user claims for this place: those that were never seen anywhere, or those of a host that is gone. */
export type Adoption = { readonly kind: 'never-seen' } | { readonly kind: 'from'; readonly host: string };

export type Liveness = 'alive' | 'gone' | 'unknown';

export interface Doubt {
  readonly reason: string;
  readonly cure: string;
}

/** What we believe about one entry, and why. */
export interface Verdict {
  readonly entry: EntryKey;
  readonly liveness: Liveness;
  /** The other place to which it belongs; `null`: it belongs to this one, or to none yet. */
  readonly elsewhere: { readonly host: string; readonly hasNamesake: boolean } | null;
  /** Why nothing can be said of it, and what would settle that; `null` unless it is `unknown`. */
  readonly doubt: Doubt | null;
  readonly evidence: readonly Evidence[];
  /** The socket that was asked, or blamed. */
  readonly socket: string | null;
  /** tmux's id of the pane that is the entry's, such as `%3`; `null` where none was found. */
  readonly pane: string | null;
  /** `null` where no agent process was found or could be looked for. */
  readonly agent: { readonly pid: number; readonly start: string; readonly startedAt: number } | null;
  /** `null`: not known. */
  readonly activity: Activity | null;
  /** Where the activity is `waiting`. */
  readonly waiting: Waiting | null;
  readonly identity: { readonly id: string; readonly proof: Proof; readonly said: string } | null;
  /** Why no conversation is proven to be its own; `null` where one is. */
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
  /** `confirm`: nothing of it may be decided before; `settle`: a single pass waits, a loop comes by again anyway. */
  readonly kind: 'confirm' | 'settle';
  readonly afterMs: number;
  readonly because: string;
}

/** Entries that belong to a place because their sessions were seen alive there: by `entryId`, in which pane. */
export interface Seeing {
  readonly place: string;
  readonly host: string;
  readonly entries: Readonly<Record<string, { readonly pane: number; readonly start: string | null }>>;
}

/** Entries that belong to a place because the user said so, by `entryId`. */
export interface Adopting {
  readonly place: string;
  readonly host: string;
  readonly entries: readonly string[];
}

/** An open drift, by its id, that does not stand in a look any more. */
export type AbsentDrift =
  /** The look could not judge it (a source was blind, its entry is deferred): it stays open. */
  | { readonly kind: 'undecided'; readonly id: string }
  /** `message`: what is said where its end is news and no repair of ours explains it; `null`: nothing. */
  | { readonly kind: 'over'; readonly id: string; readonly message: string | null };

export interface Plan {
  /** Every drift that stands now, in the order of the registry. */
  readonly drifts: readonly Drift[];
  /** Edits of no drift: written silently (a new pane of a running entry; the former visible status). */
  readonly silentEdits: readonly Edit[];
  /** Every drift that is open in the ledger and not among `drifts`. */
  readonly absentDrifts: readonly AbsentDrift[];
  readonly verdicts: readonly Verdict[];
  readonly deferred: readonly Deferred[];
  /** Sources that a verdict needed and that were blind. */
  readonly blind: readonly Blind[];
  /** Look again after so long before anything is decided: a mass event, no pid to ask, a text that settles. */
  readonly lookAgain: LookAgain | null;
  /** Entries a human took out while their session lives: to be logged, and never registered again meanwhile. */
  readonly tombstones: readonly { readonly incarnation: string; readonly session: string }[];
  /** Entries whose session this look saw alive, where the log does not say so, or said it long ago; for the log. */
  readonly seen: Seeing | null;
  /** Entries that belong to this place from this look on, because that was asked for; for the log. */
  readonly adopted: Adopting | null;
  /** What to remember. Written only if it differs from the last. */
  readonly nextMemory: Memory;
}
