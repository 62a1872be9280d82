import type { Activity } from '../model/activity.ts';
import type { EntryId } from '../model/branded.ts';
import type { Agent } from '../model/entry.ts';
import type { StateLine } from '../model/state.ts';

/** A span of time in which a session stayed as it was. Times are ms since 1970; `to` does not belong to it. */
export interface Band {
  readonly from: number;
  readonly to: number;
  /** `alive`: it lived, and its activity was not known. `unwatched`: no monitor watched, so nothing is known. */
  readonly what: Activity | 'alive' | 'gone' | 'unknown' | 'unwatched';
}

/** The bands of one session, oldest first, without gaps from its first line on until its entry was taken out. */
export interface SessionTimeline {
  readonly entry: EntryId;
  readonly session: string;
  readonly workspace: string | null;
  readonly agent: Agent | null;
  readonly bands: readonly Band[];
}

/**
 * Returns the bands of each session between two times, in the order of their first lines.
 *
 * 1. A session is as its last line says until its next line, or until the watch ends.
 * 2. Time in which no monitor watched is `unwatched`, whatever comes before and after it.
 * 3. A session that was gone is gone again when a watch begins: only a new line says otherwise.
 * 4. An entry that was taken out has no bands until it is back. A session without any band is left out.
 * @param lines the state history, oldest first, as `StateHistory.read(from)` returns it
 * @param watchedUntil until when the last monitor is known to have watched; `null`: none ever did
 */
export function timelines(
  lines: readonly StateLine[],
  span: { readonly from: number; readonly to: number },
  watchedUntil: number | null,
): readonly SessionTimeline[] {
  const rows = new Map<EntryId, Row>();
  const end = { kind: 'watch-ended', at: Math.min(watchedUntil ?? span.to, span.to) } as const;
  for (const line of [...lines, end]) take(rows, line);
  return [...rows.values()].flatMap(({ bands: starts, ...session }): SessionTimeline[] => {
    const bands = starts.flatMap((start, index) => bandOf(start, starts[index + 1]?.at ?? span.to, span));
    return bands.length === 0 ? [] : [{ ...session, bands }];
  });
}

type What = Band['what'] | 'removed';

interface Row extends Omit<SessionTimeline, 'bands'> {
  readonly bands: { readonly at: number; readonly what: What }[];
}

function take(rows: Map<EntryId, Row>, line: StateLine): void {
  switch (line.kind) {
    case 'state': {
      const { entry, session, workspace, agent, state } = line;
      const row = { entry, session, workspace, agent, bands: rows.get(entry)?.bands ?? [] };
      rows.set(entry, row);
      enter(row, line.at, state.liveness === 'alive' ? (state.activity ?? 'alive') : state.liveness);
      return;
    }
    case 'removed': {
      const row = rows.get(line.entry);
      if (row !== undefined) enter(row, line.at, 'removed');
      return;
    }
    case 'watch-began':
      for (const row of inRegistry(rows)) if (lastKnown(row) === 'gone') enter(row, line.at, 'gone');
      return;
    case 'watch-ended':
      for (const row of inRegistry(rows)) enter(row, line.at, 'unwatched');
  }
}

function inRegistry(rows: ReadonlyMap<EntryId, Row>): readonly Row[] {
  return [...rows.values()].filter(({ bands }) => bands.at(-1)?.what !== 'removed');
}

function lastKnown({ bands }: Row): What | null {
  return bands.findLast(({ what }) => what !== 'unwatched')?.what ?? null;
}

function enter({ bands }: Row, at: number, what: What): void {
  // A clock that was set back must not make a band of negative length.
  const from = Math.max(at, bands.at(-1)?.at ?? at);
  // A watch that began at the very time at which the former one ended left no gap.
  while (bands.at(-1)?.at === from && bands.at(-1)?.what !== what) bands.pop();
  if (bands.at(-1)?.what !== what) bands.push({ at: from, what });
}

function bandOf({ at, what }: Row['bands'][number], end: number, { from, to }: Pick<Band, 'from' | 'to'>): Band[] {
  if (what === 'removed') return [];
  const band = { from: Math.max(at, from), to: Math.min(end, to), what };
  return band.from < band.to ? [band] : [];
}
