import type { Artifacts, Unreadable } from '../../core/model/evidence.ts';

/** The content of Antigravity's own files in one observation. @see agyEvidence */
export interface AgyObservation {
  readonly root: string;
  readonly exists: boolean;
  /** Conversation id → pids that hold the flock on its presence lock. */
  readonly presence: ReadonlyMap<string, readonly number[]>;
  readonly artifacts: Artifacts;
  readonly unreadable: readonly Unreadable[];
}
