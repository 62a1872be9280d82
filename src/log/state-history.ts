import type { EntryId } from '../core/model/branded.ts';
import type { StateLine } from '../core/model/state.ts';
import type { ReadMark } from './read-on.ts';

/**
 * The history of what sessions were: one line for each change of liveness, activity or id. Only a loop that holds the
 * lease appends to it; every command may read it.
 */
export interface StateHistory {
  append(lines: readonly StateLine[]): Promise<void>;
  /** Decides whether what was appended last is still there: people may remove the history under a watch. */
  isThere(): Promise<boolean>;
  /** Takes a sign that the watch goes on: without an end in order, the last sign counts as its end. */
  beat(): Promise<void>;
  /**
   * Returns the lines from `since` on, oldest first, and before them the lines that were in force then: the last line of
   * each session, and the last mark of the watch. The times of the latter say nothing of the time before `since`.
   * @param since ms since 1970
   * @throws RegistryError if the history is there and cannot be read: nothing is then known, and it is not empty
   */
  read(since: number): Promise<readonly StateLine[]>;
  /** Returns the lines from `since` on alone, oldest first; throws as above. It costs as much as there are such lines. */
  changesSince(since: number): Promise<readonly StateLine[]>;
  /**
   * Returns the lines of these entries and of the watch, oldest first, as far as they stand at the end of the history and
   * can be read. It costs little, however long that is.
   */
  endOf(entries: ReadonlySet<EntryId>): Promise<readonly StateLine[]>;
  /**
   * Hands on the lines that were appended since a mark, oldest first, in pieces: of weeks, a reader keeps what it needs.
   * @param mark `null`: from the beginning
   * @returns the mark of now; `null`: the history was pruned since, and nothing was handed on
   * @throws RegistryError for a history that cannot be read
   */
  readOn(mark: ReadMark | null, take: (lines: readonly StateLine[]) => void): Promise<ReadMark | null>;
  /**
   * Returns until when the last monitor is known to have watched (ms since 1970): now while it lives and its last sign
   * is young, else that sign; `null`: none ever did.
   */
  watchedUntil(): Promise<number | null>;
  /** Returns the last sign of any watch, be it over or not; ms since 1970. `null`: there was none. */
  lastSign(): Promise<number | null>;
  /** Removes lines that no time after `before` needs; ms since 1970. At most a day's worth of older lines stays. */
  prune(before: number): Promise<void>;
}
