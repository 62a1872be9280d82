import { groupBy } from '../../core/model/group-by.ts';
import { counted } from '../../core/words/counted.ts';
import { groupCounts } from '../../core/words/counts.ts';
import { shownState, shownStateAlone } from '../../core/words/shown-state.ts';
import { someOf } from '../../core/words/some-of.ts';
import { clean } from '../../core/words/text.ts';
import { span } from '../../core/words/time.ts';
import type { Context } from '../context.ts';
import type { Page } from '../screen.ts';
import { localTimes } from '../text/local-zone.ts';
import { painter, tone, type Paint } from '../text/paint.ts';
import { noRegistryText } from '../text/registry.ts';
import { table, type Fit } from '../text/table.ts';
import type { Overview, OverviewSession } from './overview.ts';
import { sortForPeople } from './sort-for-people.ts';
import { statusHints } from './status-hints.ts';

/** With more resume lines than this the table would be lost between them: a hint says how to get them all. */
const resumeLinesAtMost = 5;
/** Of sessions that are over so many are shown at a terminal, the last ones. */
const overAtMost = 5;

const titles = ['SESSION', 'AGENT', 'STATE', 'SINCE', 'ID'];
const [session, state, id] = [0, 2, 4];

/** What is shown, and how. */
export interface StatusView {
  /** The sessions that the user asks about, in the order of the registry. */
  readonly sessions: Overview['sessions'];
  readonly overview: Overview;
  /** Only sessions that wait for their user are shown. */
  readonly waiting: boolean;
  /** Sessions that are over are shown too, however many they are. */
  readonly all: boolean;
  /** The cells of a line; `null`: a program reads it, and nothing is cut or left out. */
  readonly width: number | null;
}

/** Returns what people read: the sessions that need them first, what cannot be seen, what to do now, and the counts. */
export async function statusPage(
  view: StatusView,
  context: Pick<Context, 'settings' | 'output' | 'now'>,
): Promise<Page> {
  const { sessions, overview, waiting, width } = view;
  const paint = painter(context.output.color);
  const asked = sessions.filter(({ row }) => !waiting || row.group === 'needs-you');
  const sorted = sortForPeople(asked.map((one) => ({ ...one, group: one.row.group })));
  const folded = foldedIn(sorted, view);
  const shown = sorted.slice(0, sorted.length - folded);
  const resumes = shown.map(resumeBelow);
  const showsResumes = resumes.filter((line) => line !== null).length <= resumeLinesAtMost;
  const lines = shown.length === 0 ? [emptyText(view)] : await tableLines(shown, { paint, width, now: context.now() });
  const hints = waiting ? [] : statusHints(sessions, overview, context.settings.registry, showsResumes);
  return {
    head: lines.slice(0, 1),
    rows: lines.slice(1).map((line, index) => [line, ...indented(showsResumes ? (resumes[index] ?? null) : null)]),
    foot: [
      ...(folded === 0 ? [] : [paint('dim', `${folded} more are terminated: --all shows them`)]),
      ...unseen(sessions, overview).map((line) => paint('yellow', line)),
      ...hints,
      ...(sessions.length === 0 ? [] : [countsLine(sessions, paint)]),
    ],
  };
}

function foldedIn(sorted: readonly OverviewSession[], { all, width }: StatusView): number {
  const over = sorted.filter(({ row }) => row.group === 'terminated');
  return all || width === null ? 0 : Math.max(0, over.length - overAtMost);
}

function emptyText({ sessions, overview, waiting }: StatusView): string {
  if (overview.registry.isAbsent) return noRegistryText(overview.registry.path);
  if (overview.sessions.length === 0) return 'no sessions in the registry';
  if (sessions.length === 0) return 'no session in the registry is one of these';
  return waiting ? 'no session needs you' : '';
}

async function tableLines(
  sessions: readonly OverviewSession[],
  { paint, width, now }: { readonly paint: Paint; readonly width: number | null; readonly now: number },
): Promise<readonly string[]> {
  const show = (cell: string, column: number, row: readonly string[]): string => {
    const color = row === titles ? 'dim' : tone(row[state] ?? '');
    return column === state || color === 'dim' ? paint(color, cell) : cell;
  };
  const rows = sessions.map((one) => cellsOf(one, now, width !== null));
  return (await table([titles, ...rows], show, width === null ? null : fitTo(width))).split('\n');
}

/** @param isNarrow a terminal has no room for what a cell beside it says too */
function cellsOf({ row }: OverviewSession, now: number, isNarrow: boolean): readonly string[] {
  const since = sinceText(row, now);
  const text = (isNarrow && since !== nothing ? shownStateAlone : shownState)(row, localTimes(now));
  return [clean(row.session), row.agent ?? nothing, text, since, clean(row.id ?? nothing)];
}

const nothing = '-';

function sinceText({ state_since: exact, seen_since: least }: OverviewSession['row'], now: number): string {
  if (exact !== null) return span(now - Date.parse(exact));
  const shortest = least === null ? '<1m' : span(now - Date.parse(least));
  // That it is so for at least no minute says nothing.
  return shortest === '<1m' ? nothing : `${shortest}+`;
}

function fitTo(width: number): Fit {
  return {
    width,
    cuts: [
      { column: id, least: 9 },
      { column: id, least: 0 },
      { column: session, least: 14, from: 'middle' },
      { column: state, least: 12 },
    ],
  };
}

/** Returns the line that brings back a session that is gone, or whose agent is. */
function resumeBelow({ row }: OverviewSession): string | null {
  return (row.group === 'gone' || row.group === 'exited') && row.resume !== null ? clean(row.resume) : null;
}

function indented(line: string | null): readonly string[] {
  return line === null ? [] : [`    ${line}`];
}

/** Says which sources cannot be asked, and why sessions are unknown where no such source explains it. */
function unseen(sessions: readonly OverviewSession[], { blind }: Overview): readonly string[] {
  const sources = blind.map((one) => `cannot see ${clean(one.source)}: ${clean(one.reason)}. Cure: ${clean(one.cure)}`);
  const said = new Set(blind.map(({ reason }) => reason));
  const unknown = sessions.flatMap(({ row: { group, reason, cure, session: name } }) =>
    group !== 'unknown' || reason === null || said.has(reason)
      ? []
      : [{ name: clean(name), why: `unknown: ${clean(reason)}. Cure: ${clean(cure ?? '')}` }],
  );
  return [
    ...sources,
    ...[...groupBy(unknown, ({ why }) => why)].map(
      ([why, ones]) => `${someOf(ones.map(({ name }) => name))} ${ones.length === 1 ? 'is' : 'are'} ${why}`,
    ),
  ];
}

function countsLine(sessions: readonly OverviewSession[], paint: Paint): string {
  const count = counted(sessions.length, 'session');
  return `${paint('bold', `${count}:`)} ${groupCounts(sessions.map(({ row }) => row.group))}`;
}
