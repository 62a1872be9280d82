import { timelines } from '../core/timeline/bands.ts';
import type { StateHistory } from '../log/state-history.ts';
import type { HistoryRow } from '../operations/answers/history.ts';
import type { TimelineAnswer } from './page-data.ts';

const hourMs = 3_600_000;

/**
 * Returns the bands of every session, and the drifts on them.
 * @param rows the log, oldest first
 * @param to ms since 1970
 */
export async function timelineOf(
  history: Pick<StateHistory, 'read' | 'watchedUntil'>,
  rows: readonly HistoryRow[],
  to: number,
  hours: number,
): Promise<TimelineAnswer> {
  const from = to - hours * hourMs;
  const bands = timelines(await history.read(from), { from, to }, await history.watchedUntil());
  const marks = marksOf(rows, from);
  return {
    from,
    to,
    rows: bands.map(({ entry, session, workspace, bands: of }) => {
      return { key: entry, session, workspace, bands: of, marks: marks.get(session) ?? [] };
    }),
  };
}

type Mark = TimelineAnswer['rows'][number]['marks'][number];

function marksOf(rows: readonly HistoryRow[], from: number): ReadonlyMap<string, readonly Mark[]> {
  const marks = new Map<string, Mark[]>();
  for (const { what, kind, sessions, message, at: time } of rows) {
    const at = Date.parse(time);
    if (what !== 'found' || kind === null || at < from) continue;
    for (const session of sessions) marks.set(session, [...(marks.get(session) ?? []), { at, kind, message }]);
  }
  return marks;
}
