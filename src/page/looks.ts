import type { BoardName } from '../board/board.ts';
import type { PassReport } from '../operations/context.ts';

/** What takes the looks at the sessions. */
export interface Taker {
  /** Takes a look; resolves once it is shown, with whether it changed anything that is shown. */
  looked(report: PassReport): Promise<boolean>;
  failed(error: Error): void;
}

/** Where the looks at the sessions come from: passes of the page's own, or those of the monitor beside it. */
export interface Looks {
  /** Hands on each look from now on, and the last one at once if there is one, until the signal aborts. */
  begin(taker: Taker, signal: AbortSignal): void;
  /** Returns which monitor watches the registry; `null`: none does. */
  watcher(): Watcher | null;
}

/** A monitor that watches. */
export interface Watcher {
  readonly pid: number;
  /** ms since 1970. */
  readonly since: number;
  readonly card: string;
  /** Absent where it is not known. */
  readonly board?: BoardName | undefined;
}
