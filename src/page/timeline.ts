import type { HistoryRow } from '../operations/answers/history.ts';
import type { Bands } from './bands.ts';
import { joinShort } from '../core/timeline/join-short.ts';
import type { TimelineAnswer } from './page-data.ts';

const hourMs = 3_600_000;

/**
 * Returns the bands of every session, and the drifts on them.
 * @param rows the log, oldest first
 * @param to ms since 1970
 */
export async function timelineOf(
  bands: Pick<Bands, 'between'>,
  rows: readonly HistoryRow[],
  to: number,
  hours: number,
): Promise<TimelineAnswer> {
  const from = to - hours * hourMs;
  const sessions = await bands.between({ from, to });
  const marks = marksOf(rows, from);
  return {
    from,
    to,
    rows: sessions.map(({ entry, session, workspace, bands: of }) => {
      return { key: entry, session, workspace, bands: joinShort(of, { from, to }), marks: marks.get(session) ?? [] };
    }),
  };
}

type Mark = TimelineAnswer['rows'][number]['marks'][number];

function marksOf(rows: readonly HistoryRow[], from: number): ReadonlyMap<string, readonly Mark[]> {
  const marks = new Map<string, Mark[]>();
  for (const { what, kind, sessions, message, at: time } of rows) {
    const at = Date.parse(time);
    if (what !== 'found' || kind === null || at < from) continue;
    for (const session of sessions) {
      const own = marks.get(session) ?? [];
      own.push({ at, kind, message });
      marks.set(session, own);
    }
  }
  return marks;
}
