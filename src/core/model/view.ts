import type { EntryId, Incarnation, SocketPath } from './branded.ts';
import type { Evidence } from './drift.ts';
import type { Entry } from './entry.ts';
import type { Proof } from './proof.ts';
import type { EntryMemory } from './memory.ts';
import type { Process, PaneTree, TmuxPane, TmuxServer, TmuxSession } from './observation.ts';
import type { Unreadable } from './evidence.ts';
import type { Blind, Doubt, PlanInput, Verdict } from './plan.ts';

/** One entry with everything that was seen and remembered about it, for the drift kinds. */
export interface EntryView {
  readonly entry: Entry;
  readonly memory: EntryMemory | null;
  readonly verdict: Verdict;
  /** Where the session is, if it is alive. */
  readonly found: (FoundSession & { readonly pane: TmuxPane }) | null;
  /** When its session was made, as far as the clock can tell; `null` if it is not found; ms since 1970. */
  readonly bornAt: number | null;
  readonly tree: PaneTree | null;
  /** The foreground agent of the pane's own tree, never a nested one. */
  readonly agentProcess: Process | null;
  /** No agent is left in the pane: only a shell in the foreground, or a dead pane. */
  readonly deserted: boolean;
  readonly identity: Identity;
  /** Another agent of its kind works in its folder; `false` if its own record names its conversation. */
  readonly sharesFolder: boolean;
  /** The unreadable paths that may hold its conversations, or say which one its agent runs. */
  readonly hidden: readonly Unreadable[];
  /** When the entry's text, and its session's birth, name and pane, will have been unchanged for long enough; ms. */
  readonly settledAt: number;
  /** First sighting of the entry's text as it stands now, or the file's mtime if that is older; ms. */
  readonly textSince: number;
  /** Why its decisions are put off until `settledAt`, for people; `null` once that is over. */
  readonly unsettled: string | null;
  /** The session has another name: it was found by its pane. */
  readonly moved: boolean;
  /** `null` if its session is found, or must not be looked for. */
  readonly absence: Absence | null;
}

/** A source that could not be asked. */
export interface Unseen {
  readonly source: string;
  readonly reason: string;
  readonly cure: string;
}

/** What is known about an entry whose session is in no list. */
export interface Absence {
  readonly liveness: 'gone' | 'unknown';
  readonly evidence: readonly Evidence[];
  /** `null`: it is gone. */
  readonly doubt: Doubt | null;
  /** The socket that was asked, or blamed; `null`: none was. */
  readonly socket: SocketPath | null;
  readonly unseen: readonly Unseen[];
  /** Absent in this observation, with no pid to ask: a second one must agree. */
  readonly unconfirmed: boolean;
  /**
   * Not only the session: the server it ran in is not there any more. What says so beside `evidence`; `null`: nothing
   * does.
   */
  readonly serverGone: readonly Evidence[] | null;
}

/** The ladder's answer about the conversation of one live agent. */
export type Identity =
  /** Proven well enough to take the place of the recorded id, if that is another. */
  /** `artifact`: its file exists now; otherwise it is pending. */
  | {
      readonly kind: 'proven';
      readonly id: string;
      readonly proof: Proof;
      readonly artifact: boolean;
      readonly said: string;
    }
  /** Two agents could own an id, or one agent two ids. */
  | {
      readonly kind: 'ambiguous';
      readonly candidates: readonly string[];
      readonly said: string;
      /** The candidates change from look to look, and are no news; absent: they do not. */
      readonly isChanging?: true;
    }
  | { readonly kind: 'not-proven'; readonly said: string };

/** A session without an entry whose name says that it may get one. */
export interface Newcomer extends Pick<
  EntryView,
  'agentProcess' | 'identity' | 'sharesFolder' | 'settledAt' | 'unsettled'
> {
  readonly where: FoundSession;
  /** The entry that it would get. */
  readonly entry: Entry;
  /** Entries name its server, and the user deleted no entry of it. */
  readonly mayRegister: boolean;
}

/** Many entries gone at once with one cause. */
export interface MassEvent {
  readonly kind: 'host-rebooted' | 'tmux-server-died';
  /** The canonical key of its drift. */
  readonly key: string;
  /**
   * The entries by session name, so that the order of the file does not matter; of a told event the remaining ones.
   */
  readonly entries: readonly EntryView[];
  readonly evidence: readonly Evidence[];
}

/** A session, and where it was found. */
export interface FoundSession {
  readonly socket: SocketPath;
  readonly server: TmuxServer;
  readonly session: TmuxSession;
}

/** The answer of `judge`: whether each session lives, and which conversation it runs. */
export interface Judgement {
  /** In the order of the registry. Entries that are left alone (ignore, other status, half typed) are in `leftAlone`. */
  readonly entries: readonly EntryView[];
  readonly leftAlone: readonly Entry[];
  /** Entries that belong to another place: this place tells nothing about them. */
  readonly ofOtherPlaces: readonly Entry[];
  /**
   * The verdict of every entry, in the order of the registry. Nothing follows from that of an entry that is left alone.
   */
  readonly verdicts: readonly Verdict[];
  /** The newcomers on every socket that answered. */
  readonly newcomers: readonly Newcomer[];
  /** Sessions that entries own, even entries that are left alone. */
  readonly owned: ReadonlySet<TmuxSession>;
  /** Sources that a verdict needed and that were blind. */
  readonly blind: readonly Blind[];
  /** Sessions whose entry the user deleted since the last pass, with their names. */
  readonly tombstones: ReadonlyMap<Incarnation, string>;
}

/** The answer of `group`: which deaths have one cause. */
export interface Groups {
  /** The events of this pass, and earlier events that are not settled yet. */
  readonly massEvents: readonly MassEvent[];
  /** Entries whose death may belong to a mass event that is not decided yet. */
  readonly awaitsCause: ReadonlySet<EntryId>;
  /**
   * These entries, those whose death a mass event tells, and those whose session was renamed: `session-gone` leaves
   * them out.
   */
  readonly claimed: ReadonlySet<EntryId>;
  /** The observation that must come before the decision. */
  readonly confirm: { readonly afterMs: number; readonly because: string } | null;
}

/** The whole input of a kind of drift. Plain data. */
export interface View extends Judgement, Groups {
  readonly input: PlanInput;
}
