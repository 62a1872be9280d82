import type { StateLine } from '../core/model/state.ts';

/**
 * The history of what sessions were: one line for each change of liveness, activity or id. Only a loop that holds the
 * lease appends to it; every command may read it.
 */
export interface StateHistory {
  append(lines: readonly StateLine[]): Promise<void>;
  /**
   * Returns the lines from `since` on, oldest first, and before them the lines that were in force then: the last mark
   * of the watch, and the last line of each session since it. ms since 1970
   */
  read(since: number): Promise<readonly StateLine[]>;
  /**
   * Returns until when the last monitor is known to have watched (ms since 1970): now while it lives, else its last
   * sign of life; `null`: none ever did.
   */
  watchedUntil(): Promise<number | null>;
  /** Removes lines that no time after `before` needs; ms since 1970. */
  prune(before: number): Promise<void>;
}
