import type { EntryId } from '../../core/model/branded.ts';
import { entryId } from '../../core/model/entry.ts';
import { timelines, whatOf, type SessionTimeline } from '../../core/timeline/bands.ts';
import { stateSince } from '../../core/timeline/state-since.ts';
import { isoMillis } from '../../core/words/time.ts';
import type { StateHistory } from '../../log/state-history.ts';
import type { SessionSeen } from './session-rows.ts';

/**
 * Returns the sessions with what the state history says of since when they are as they are, where nothing better does.
 * @param at when the sessions were looked at; ms since 1970
 */
export async function withStateSince(
  sessions: readonly SessionSeen[],
  history: Pick<StateHistory, 'endOf' | 'watchedUntil'>,
  at: number,
): Promise<readonly SessionSeen[]> {
  const asked = new Set(sessions.filter(isAsked).map(({ entry }) => entryId(entry)));
  if (asked.size === 0) return sessions;
  const lines = await history.endOf(asked);
  if (lines.length === 0) return sessions;
  return sinceTimelines(sessions, timelines(lines, { from: 0, to: at }, await history.watchedUntil()));
}

/** Does the same from timelines that end when the sessions were looked at. */
export function sinceTimelines(
  sessions: readonly SessionSeen[],
  rows: readonly SessionTimeline[],
): readonly SessionSeen[] {
  const bands = new Map<EntryId, SessionTimeline['bands']>(rows.map((row) => [row.entry, row.bands]));
  return sessions.map((one) => {
    const { entry, verdict, row } = one;
    if (verdict === null || !isAsked(one)) return one;
    const since = stateSince(bands.get(entryId(entry)) ?? [], whatOf(verdict.liveness, verdict.activity));
    if (since === null) return one;
    const said = isoMillis(since.at);
    return { ...one, row: { ...row, ...(since.isLeast ? { seen_since: said } : { state_since: said }) } };
  });
}

/** Decides whether the history has a word on it: of a session that is over or elsewhere it says something else. */
function isAsked({ entry, verdict, group, row }: SessionSeen): boolean {
  if (row.state_since !== null || verdict === null) return false;
  if (entry.status === 'terminated' && (verdict.liveness !== 'alive' || verdict.outlives)) return false;
  return group !== 'left-alone' && group !== 'elsewhere';
}
