import type { ExitCode } from '../../errors.ts';
import type { Watched } from '../../trigger/trigger.ts';
import type { SessionRow, StatusAnswer } from '../answers/sessions.ts';

/**
 * What `status` shows of one pass, as plain data: a monitor hands it to another process, which filters and words it. A
 * change of its shape is a change of the protocol's version (`src/ask/protocol.ts`).
 */
export interface Overview {
  /** When the pass looked; ms since 1970. */
  readonly at: number;
  readonly exit: ExitCode;
  readonly registry: { readonly path: string; readonly isAbsent: boolean };
  /** In the order of the registry. */
  readonly sessions: readonly OverviewSession[];
  /** Sessions that a pass that writes would register. */
  readonly unregistered: readonly string[];
  /** Lines for a user whose agents run in sessions with other names; outside texts in them are cleaned. */
  readonly otherNames: readonly string[];
  /** Lost sessions that a line for a shell brings back. */
  readonly lost: readonly string[];
  readonly blind: StatusAnswer['blind'];
  readonly watched: Watched;
  /** The process that looked is told of deaths at once; `false`: it is not known. */
  readonly hearsDeaths: boolean;
  /** How many changes the pass found. */
  readonly changes: number;
}

export interface OverviewSession {
  readonly row: SessionRow;
  readonly isLost: boolean;
}
