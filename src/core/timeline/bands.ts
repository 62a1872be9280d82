import type { Activity } from '../model/activity.ts';
import type { EntryId } from '../model/branded.ts';
import type { Agent } from '../model/entry.ts';
import type { Liveness } from '../model/plan.ts';
import type { StateLine } from '../model/state.ts';
import type { Span } from './unwatched.ts';

/** A span of time in which a session stayed as it was. */
export interface Band extends Span {
  /** `alive`: it lived, and its activity was not known. `unwatched`: no monitor watched, so nothing is known. */
  readonly what: Activity | 'alive' | 'gone' | 'unknown' | 'unwatched';
}

/** What a band is called. */
export const bandNames: Readonly<Record<Band['what'], string>> = {
  waiting: 'needs you',
  working: 'working',
  idle: 'idle',
  shell: 'shell',
  exited: 'agent exited',
  alive: 'alive',
  gone: 'gone',
  unknown: 'unknown',
  unwatched: 'not watched',
};

/** The bands of one session, oldest first, without gaps from its first line on until its entry was taken out. */
export interface SessionTimeline {
  readonly entry: EntryId;
  readonly session: string;
  readonly workspace: string | null;
  readonly agent: Agent | null;
  readonly bands: readonly Band[];
}

/** What the lines of a state history say, session by session, in the order of their first lines. */
export type BandRows = Map<EntryId, Row>;

/**
 * Returns the bands of each session between two times, in the order of their first lines.
 *
 * 1. A session is as its last line says until its next line, or until the watch ends.
 * 2. Time in which no monitor watched is `unwatched`, whatever comes before and after it.
 *    A watch without an end ends with the last change before the next watch.
 * 3. A session that was gone is gone again when a watch begins: only a new line says otherwise.
 * 4. An entry that was taken out has no bands until it is back. A session without any band is left out.
 * @param lines the state history, oldest first, as `StateHistory.read(from)` returns it
 * @param watchedUntil until when the last monitor is known to have watched; `null`: none ever did
 */
export function timelines(
  lines: readonly StateLine[],
  span: Span,
  watchedUntil: number | null,
): readonly SessionTimeline[] {
  const rows: BandRows = new Map();
  for (const line of lines) addBand(rows, line);
  return timelinesIn(rows, span, watchedUntil);
}

/** Returns the same as `timelines` for lines that were added one by one. */
export function timelinesIn(rows: BandRows, span: Span, watchedUntil: number | null): readonly SessionTimeline[] {
  const endedAt = Math.min(watchedUntil ?? span.to, span.to);
  return [...rows.values()].flatMap(({ starts: all, ...session }): SessionTimeline[] => {
    const starts = ended(startsFrom(all, span.from), endedAt);
    const bands = starts.flatMap((start, index) => bandOf(start, starts[index + 1]?.at ?? span.to, span));
    return bands.length === 0 ? [] : [{ ...session, bands }];
  });
}

/** Returns the newest bands of each session until now: what it is, and what it was before. */
export function lastBands(rows: BandRows, to: number, watchedUntil: number | null): readonly SessionTimeline[] {
  const ends = [...rows].map(([entry, row]) => [entry, { ...row, starts: row.starts.slice(-3) }] as const);
  return timelinesIn(new Map(ends), { from: 0, to }, watchedUntil);
}

/** Returns what a session that is seen now would be in a timeline. @param activity `null`: not known */
export function whatOf(liveness: Liveness, activity: Activity | null): Exclude<Band['what'], 'unwatched'> {
  return liveness === 'alive' ? (activity ?? 'alive') : liveness;
}

/** Adds one more line. */
export function addBand(rows: BandRows, line: StateLine): void {
  switch (line.kind) {
    case 'state': {
      const { entry, session, workspace, agent, state } = line;
      const row = { entry, session, workspace, agent, starts: rows.get(entry)?.starts ?? [] };
      rows.set(entry, row);
      enter(row.starts, line.at, whatOf(state.liveness, state.activity));
      return;
    }
    case 'removed': {
      const row = rows.get(line.entry);
      if (row !== undefined) enter(row.starts, line.at, 'removed');
      return;
    }
    case 'watch-began':
      beginWatch(rows, line.at);
      return;
    case 'watch-ended':
      for (const { starts } of rows.values()) if (isInRegistry(starts)) enter(starts, line.at, 'unwatched');
  }
}

/** Forgets what no time from then on needs; ms since 1970. */
export function forgetBands(rows: BandRows, before: number): void {
  for (const [entry, { starts }] of rows) {
    const known = lastKnown(starts);
    const left = startsFrom(starts, before);
    if (left.length === 1 && !isInRegistry(left)) {
      rows.delete(entry);
      continue;
    }
    starts.splice(0, starts.length - left.length);
    // A session that was gone is gone again when a watch begins.
    const [first] = starts;
    if (lastKnown(starts) === null && known === 'gone' && first !== undefined)
      starts.unshift({ at: first.at, what: known });
  }
}

type What = Band['what'] | 'removed';

interface Start {
  readonly at: number;
  readonly what: What;
}

interface Row extends Omit<SessionTimeline, 'bands'> {
  readonly starts: Start[];
}

function beginWatch(rows: BandRows, at: number): void {
  for (const { starts } of rows.values()) cutAt(starts, at);
  const lastAt = Math.max(...[...rows.values()].map(({ starts }) => starts.at(-1)?.at ?? -Infinity));
  for (const { starts } of rows.values()) {
    if (!isInRegistry(starts)) continue;
    const known = lastKnown(starts);
    // The end of the former watch is not in the history: what came after the last change that it saw is not known.
    if (starts.at(-1)?.what !== 'unwatched') enter(starts, lastAt, 'unwatched');
    if (known === 'gone') enter(starts, at, known);
  }
}

/** Cuts what a clock that was ahead wrote: it must not hide what comes after its correction. */
function cutAt(starts: Start[], at: number): void {
  const ahead = starts.splice(starts.findLastIndex((start) => start.at <= at) + 1);
  starts.push(...ahead.map(({ what }) => ({ at, what })));
}

function isInRegistry(starts: readonly Start[]): boolean {
  return starts.at(-1)?.what !== 'removed';
}

function lastKnown(starts: readonly Start[]): What | null {
  return starts.findLast(({ what }) => what !== 'unwatched')?.what ?? null;
}

function enter(starts: Start[], at: number, what: What): void {
  // A clock that was set back must not make a band of negative length.
  const from = Math.max(at, starts.at(-1)?.at ?? at);
  // A watch that began at the very time at which the former one ended left no gap.
  while (starts.at(-1)?.at === from && starts.at(-1)?.what !== what) starts.pop();
  if (starts.at(-1)?.what !== what) starts.push({ at: from, what });
}

/** Returns the starts from a time on, and the one that was in force then. */
function startsFrom(starts: readonly Start[], from: number): Start[] {
  return starts.slice(
    Math.max(
      0,
      starts.findLastIndex(({ at }) => at <= from),
    ),
  );
}

/** Returns them with the end of the watch: no line says it while the monitor lives, or after it was killed. */
function ended(starts: Start[], at: number): readonly Start[] {
  if (isInRegistry(starts)) enter(starts, at, 'unwatched');
  return starts;
}

function bandOf({ at, what }: Start, end: number, { from, to }: Span): Band[] {
  if (what === 'removed') return [];
  const band = { from: Math.max(at, from), to: Math.min(end, to), what };
  return band.from < band.to ? [band] : [];
}
