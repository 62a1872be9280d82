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

/** The bands of one session, oldest first, without gaps from its first line on. */
export interface SessionTimeline {
  readonly entry: EntryId;
  readonly session: string;
  readonly workspace: string | null;
  readonly agent: Agent | null;
  readonly bands: readonly Band[];
}

/**
 * Returns the bands of each session between two times, in the order of their first lines.
 * @param lines the state history, oldest first, from before `from` on
 * @param watchedUntil until when the last monitor is known to have watched; `null`: none ever did
 */
export function timelines(
  lines: readonly StateLine[],
  span: { readonly from: number; readonly to: number },
  watchedUntil: number | null,
): readonly SessionTimeline[] {
  const { from, to } = span;
  const rows = new Map<EntryId, Row>();
  for (const line of [...lines, { kind: 'watch-ended', at: Math.min(watchedUntil ?? to, to) } as const]) {
    switch (line.kind) {
      case 'state':
        change(rows, line);
        break;
      case 'watch-began':
      case 'watch-ended':
        for (const row of rows.values()) enter(row, line.at, 'unwatched');
    }
  }
  return [...rows.values()].map(({ bands: starts, ...session }) => ({
    ...session,
    bands: starts.flatMap(({ at, what }, index): Band[] => {
      const band = { from: Math.max(at, from), to: Math.min(starts[index + 1]?.at ?? to, to), what };
      return band.from < band.to ? [band] : [];
    }),
  }));
}

interface Row extends Omit<SessionTimeline, 'bands'> {
  readonly bands: { readonly at: number; readonly what: Band['what'] }[];
}

function change(rows: Map<EntryId, Row>, line: Extract<StateLine, { kind: 'state' }>): void {
  const { entry, session, workspace, agent, state } = line;
  const known = rows.get(entry);
  const row = { entry, session, workspace, agent, bands: known?.bands ?? [] };
  rows.set(entry, row);
  enter(row, line.at, state.liveness === 'alive' ? (state.activity ?? 'alive') : state.liveness);
}

function enter({ bands }: Row, at: number, what: Band['what']): void {
  const last = bands.at(-1);
  if (last?.what === what) return;
  // A clock that was set back must not make a band of negative length.
  bands.push({ at: Math.max(at, last?.at ?? at), what });
}
