import { isoSeconds } from '../../core/words/time.ts';
import type { Event } from '../../log/log.ts';
import { logReachesTo } from '../digest/found-drifts.ts';

/** From when on the log is whole, where a rotation took events out of it that the user asks for. */
export interface LogReach {
  /** ms since 1970. */
  readonly from: number;
  /** Says so, for people. */
  readonly text: string;
}

/**
 * Returns how far the log reaches back; `null`: nothing that the user asks for was taken out of it.
 * @param since from when on the user asks, ms since 1970; `null`: for all
 */
export function logReach(events: readonly Event[], since: number | null): LogReach | null {
  const reaches = logReachesTo(events);
  if (reaches === null || reaches.isBeginning || (since !== null && since >= reaches.at)) return null;
  const text = `The log reaches back to ${isoSeconds(reaches.at)} only: what was found before that is no longer in it.`;
  return { from: reaches.at, text };
}
