import type { Activity, WaitingFor } from './activity.ts';
import type { EntryId } from './branded.ts';
import type { Agent } from './entry.ts';
import type { Liveness } from './plan.ts';

/** What a session was at one moment. A change of any of these fields is one line of the state history. */
export interface SessionState {
  readonly liveness: Liveness;
  /** `null`: not known. */
  readonly activity: Activity | null;
  /** What it waits for; `null`: it does not wait, or does not say. */
  readonly waitingFor: WaitingFor | null;
  /** Its conversation: the proven one, else the recorded one. */
  readonly id: string | null;
}

/** One line of the state history. Times are ms since 1970. */
export type StateLine =
  /** A session's state from `at` on, until its next line or the end of the watch. */
  | {
      readonly kind: 'state';
      readonly at: number;
      readonly entry: EntryId;
      readonly session: string;
      readonly workspace: string | null;
      readonly agent: Agent | null;
      readonly state: SessionState;
      /** What said so: `tmux:<socket>`, an agent's name, `proc`, `registry`. */
      readonly source: string;
      /** For people, without control characters. */
      readonly reason: string;
    }
  /** Its entry was taken out of the registry: nothing is known of the session from then on. */
  | { readonly kind: 'removed'; readonly at: number; readonly entry: EntryId }
  /** A monitor began to watch; the state of every session follows, unless the session was gone before and still is. */
  | { readonly kind: 'watch-began'; readonly at: number; readonly host: string }
  /** It ended, or was last known to watch: what follows until the next `watch-began` was seen by no one. */
  | { readonly kind: 'watch-ended'; readonly at: number };
