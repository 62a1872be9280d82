import type { Entry } from './entry.ts';
import type { EntryMemory, Rung } from './memory.ts';
import type { Process, PaneTree, TmuxPane, TmuxServer, TmuxSession } from './observation.ts';
import type { Deferred, PlanInput, Verdict } from './plan.ts';

/** One entry beside everything that was seen and remembered about it: what every drift kind looks at. */
export interface EntryView {
  readonly entry: Entry;
  readonly memory: EntryMemory | null;
  readonly verdict: Verdict;
  /** Where the session is, if it is alive. */
  readonly found: { readonly socket: string; readonly server: TmuxServer; readonly session: TmuxSession; readonly pane: TmuxPane } | null;
  readonly tree: PaneTree | null;
  /** The foreground agent of the pane's own tree, never a nested one. */
  readonly agentProcess: Process | null;
  readonly identity: Identity;
  /** When the entry's text, and its session's birth, name and pane, have been left alone for long enough; ms. */
  readonly settledAt: number;
}

/** What the ladder says about the conversation of one live agent. */
export type Identity =
  /** `artifact`: its file exists now; otherwise it is pending. */
  | { readonly kind: 'proven'; readonly id: string; readonly rung: Rung; readonly artifact: boolean; readonly said: string }
  /** Two agents could own an id, or one agent two ids. */
  | { readonly kind: 'ambiguous'; readonly candidates: readonly string[]; readonly said: string }
  | { readonly kind: 'not-proven'; readonly said: string };

export interface View {
  readonly input: PlanInput;
  /** In the order of the registry. Entries that are left alone (ignore, other status, half typed) are in `leftAlone`. */
  readonly entries: readonly EntryView[];
  readonly leftAlone: readonly Entry[];
  /** Sessions no entry owns, on every socket that answered. */
  readonly unowned: readonly { readonly socket: string; readonly server: TmuxServer; readonly session: TmuxSession }[];
  /** Entries (by `entryId`) whose death belongs to a mass event, or whose session was renamed: A says nothing of them. */
  readonly claimed: ReadonlySet<string>;
  /** Puts an entry's decision off; the drift of it that is open stays open. */
  readonly defer: (deferred: Deferred) => void;
}
