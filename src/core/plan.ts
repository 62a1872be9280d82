import type { Activity, Waiting } from './activity.ts';
import type { Drift, Edit } from './drift.ts';
import type { EntryKey, Registry } from './entry.ts';
import type { Proof } from './identity/proof.ts';
import type { LastLook, Ledger, OpenDrift } from './memory.ts';
import type { Observation } from './observation.ts';
import type { Evidence } from './drift.ts';

export interface PlanSettings {
  /** Sessions with such a name are registered when they have no entry; named groups `workspace` and `agent`. */
  readonly registerPattern: RegExp;
  /** How long a text or session must have been left alone before we decide about it, ms. */
  readonly settleMs: number;
  /** How long a source must be blind before it is said, ms. */
  readonly blindAfterMs: number;
  /** Warn about a transcript when Claude's clean-up is nearer than this, ms. */
  readonly expiryWarningMs: number;
}

export interface PlanInput {
  readonly registry: Registry;
  readonly observation: Observation;
  readonly lastLook: LastLook;
  readonly ledger: Ledger;
  readonly settings: PlanSettings;
  /** Now, ms since 1970. */
  readonly now: number;
  /** When this pass began to look, ms since 1970: what has a time ahead of our clock counts as that old. */
  readonly began: number;
  /** The looks this pass has already taken again: 0 on the first. */
  readonly looksAgain: number;
}

export type Liveness = 'alive' | 'gone' | 'unknown';

/** What we believe about one entry, and why. */
export interface Verdict {
  readonly entry: EntryKey;
  readonly liveness: Liveness;
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

export interface Plan {
  /** Every drift that stands now, in the order of the registry. */
  readonly drifts: readonly Drift[];
  /** Edits of no drift: written silently (a new pane of a running entry; the former visible status). */
  readonly silentEdits: readonly Edit[];
  /** Open drift ids' keys that this look could not judge (a needed source was blind, deferred): they stay open. */
  readonly undecided: (open: Pick<OpenDrift, 'key' | 'kind' | 'session' | 'entryKeys'>) => boolean;
  /** What is said when this look closes an open drift that nobody repaired; `null`: nothing. */
  readonly resolvedMessage: (open: Pick<OpenDrift, 'key' | 'kind' | 'session'>) => string | null;
  readonly verdicts: readonly Verdict[];
  readonly deferred: readonly Deferred[];
  /** Sources that a verdict needed and that were blind. */
  readonly blind: readonly Blind[];
  /** Look again after so long before anything is decided: a mass event, no pid to ask, a text that settles. */
  readonly lookAgain: LookAgain | null;
  /** Entries a human took out while their session lives: to be logged, and never registered again meanwhile. */
  readonly tombstones: readonly { readonly incarnation: string; readonly session: string }[];
  /** What to remember. Written only if it differs from the last. */
  readonly nextLook: LastLook;
}
