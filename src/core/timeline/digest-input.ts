import type { WaitingFor } from '../model/activity.ts';
import type { JobState } from '../model/job.ts';
import type { Snooze } from '../model/snooze.ts';
import type { StateLine } from '../model/state.ts';
import type { Span } from './unwatched.ts';

/** A drift of the log, or one that the last pass found and did not write yet. Times are ms since 1970. */
export interface FoundDrift {
  readonly id: string;
  readonly at: number;
  readonly kind: string;
  readonly sessions: readonly string[];
  /** One sentence, without control characters. */
  readonly message: string;
  /** How it ended; `null`: it is open. */
  readonly end: { readonly at: number; readonly because: 'repaired' | 'world' | 'human' } | null;
  /** The user took its repair back. */
  readonly takenBack: boolean;
  /** The conversation id that it wrote, and the former one. */
  readonly idChange: { readonly from: string | null; readonly to: string } | null;
}

/** An entry as the last pass saw it. */
export interface PresentSession {
  readonly session: string;
  readonly workspace: string | null;
  /** Its tmux session lives and its agent runs in it. `null`: that is not known. */
  readonly runs: boolean | null;
  /** It waits for its user; `null`: it does not. */
  readonly waiting: { readonly for: WaitingFor | null; readonly since: number | null } | null;
  /** A waiting of it is not told; `null`: it is. */
  readonly snoozed: Snooze | null;
  /** It idles; `null`: it does not. `since`: as its agent says; `null`: it does not say. */
  readonly idle: { readonly since: number | null } | null;
  readonly createdAt: number | null;
  /** When the registry says that it ended, and whether the user wrote so; `null`: it says that it runs. */
  readonly ended: { readonly at: number | null; readonly byUser: boolean } | null;
}

export interface KnownJob {
  readonly id: string;
  readonly session: string | null;
  readonly state: JobState;
  readonly updatedAt: number | null;
}

export interface DigestInput {
  readonly span: Span;
  /** The state history, oldest first, from before the span on. */
  readonly lines: readonly StateLine[];
  /** Until when the last monitor is known to have watched; `null`: none ever did. */
  readonly watchedUntil: number | null;
  /** All that is known, also of before the span; oldest first. */
  readonly drifts: readonly FoundDrift[];
  readonly sessions: readonly PresentSession[];
  readonly jobs: readonly KnownJob[];
  /** The least time that an agent must have worked for its idling to be news; ms. */
  readonly workedMs: number;
}
