import { localTime, type Zone } from '../../core/words/time.ts';
import type { LostSession } from './lost-with.ts';
import type { Paste } from './paste.ts';

/** What a digest for people says beside what happened, and how. */
export interface BlockOptions {
  /** ms since 1970. */
  readonly now: number;
  readonly zone: Zone;
  /** Why the digest begins when it does. */
  readonly begins: 'given' | 'last-asked' | 'never-asked' | 'asked-ahead';
  /** From when on the log is whole, where that is later than the beginning; ms since 1970. */
  readonly reachesTo: { readonly at: number; readonly isBeginning: boolean } | null;
  /** Sources that cannot be read now, in sentences. */
  readonly unreadable: readonly string[];
  readonly lost: readonly LostSession[];
  /** The registry's path, if there is no such file; `null`: there is. */
  readonly absentRegistry: string | null;
  /** Sessions that run and have no entry. */
  readonly unregistered: readonly string[];
  readonly pastes: readonly Paste[];
  /** The rows of a list that are shown. */
  readonly atMost: number;
  /** Commands that show all of something. */
  readonly shows: {
    readonly waiting: string;
    readonly history: string;
    readonly whole: string;
    /** What registers sessions. */
    readonly register: string;
  };
  /** The command that watches. */
  readonly watch: string;
}

/** Returns a time in words; ms since 1970. */
export function when(ms: number, { now, zone }: BlockOptions): string {
  return localTime(ms, now, zone);
}

/** Returns when the last of several happened, where the row's own time is only that of the first. */
export function lastAt(all: readonly { readonly at: number }[], options: BlockOptions): string {
  const [first = '', ...later] = all.map(({ at }) => when(at, options));
  const last = later.at(-1) ?? first;
  return last === first ? '' : ` (the last at ${last})`;
}
