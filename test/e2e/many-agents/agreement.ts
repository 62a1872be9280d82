import { existsSync, readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import type { HistoryRow } from '../../../src/operations/answers/history.ts';
import type { SessionRow } from '../../../src/operations/answers/sessions.ts';
import type { PageData } from '../../../src/page/page-data.ts';
import type { LogReader } from './log-reader.ts';
import { isSame, stateOf, textOf, type Played, type State } from './state.ts';

/**
 * What "agree" means, once the agents have stopped to change:
 *
 * 1. `asm status --json` says of each agent what it was made to be; the registry says `running` of those that live, and
 *    `terminated` of the others.
 * 2. The status line counts the same.
 * 3. The page shows the same rows as `asm status --json`, the events of `asm history --json`, and the card's comments.
 * 4. In the log a `needs-you` stands open for exactly the agents that wait, and no other drift stands open.
 * 5. The webhook was told of every drift and every end of its kinds exactly once (`told.ts`).
 *
 * Each may lag by an interval of the monitor; a waiting is told once it has lasted for `attention.after`, and a notice
 * waits for more news.
 */
export function statusDiffers(agents: readonly Played[], rows: readonly SessionRow[]): readonly string[] {
  const bySession = new Map(rows.map((row) => [row.session, row]));
  const strangers = rows.length === agents.length ? [] : [`status has ${rows.length} rows for ${agents.length} agents`];
  return [
    ...strangers,
    ...agents.flatMap((agent) => {
      const wanted = stateOf(agent);
      const row = bySession.get(agent.session);
      if (row === undefined) return [`status lacks ${agent.session}`];
      const should = wanted.liveness === 'alive' ? 'running' : 'terminated';
      const isRight = isSame(wanted, stateIn(row)) && row.status === should;
      return isRight ? [] : [`status: ${agent.session} is ${row.status} ${row.state}, not ${textOf(wanted)}`];
    }),
  ];
}

export function lineDiffers(agents: readonly Played[], path: string): readonly string[] {
  const wanted = lineOf(agents.map(stateOf));
  const line = existsSync(path) ? readFileSync(path, 'utf8') : '(no file)\n';
  return line === `${wanted}\n` ? [] : [`the status line is ${line.trim()}, not ${wanted}`];
}

export function pageDiffers(
  data: PageData | null,
  { rows, events }: { readonly rows: readonly SessionRow[]; readonly events: readonly HistoryRow[] },
  comments: readonly { readonly id: string }[],
): readonly string[] {
  if (data === null) return ['the page has no data'];
  const shown = new Map(data.sessions.map((row) => [row.session, row]));
  const sessions = rows.flatMap((row) => {
    const other = shown.get(row.session);
    if (other === undefined) return [`the page lacks ${row.session}`];
    return keys.flatMap((key) =>
      isDeepStrictEqual(row[key], other[key])
        ? []
        : [`the page says ${key} ${other[key]} of ${row.session}, status ${row[key]}`],
    );
  });
  const newest = events.slice(-mostShown.events);
  const newestComments = comments.slice(-mostShown.comments);
  return [
    ...sessions,
    ...(data.sessions.length === rows.length ? [] : [`the page has ${data.sessions.length} sessions`]),
    ...(data.watch.kind === 'monitor' ? [] : ['the page says that no monitor watches']),
    ...(data.failure === null ? [] : [`the page says ${data.failure}`]),
    ...(isDeepStrictEqual(data.events, newest) ? [] : ['the page shows other events than asm history']),
    ...(isDeepStrictEqual(
      data.card?.comments.map(({ id }) => id),
      newestComments.map(({ id }) => id),
    )
      ? []
      : [`the page shows ${data.card?.comments.length} comments, the card has ${comments.length}`]),
  ];
}

export function logDiffers(agents: readonly Played[], log: LogReader): readonly string[] {
  const open = log.lives().filter(({ end }) => end === null);
  const waiting = agents.filter((agent) => stateOf(agent).activity === 'waiting').map(({ session }) => session);
  const told = open.flatMap(({ drift }) => (drift.kind === 'needs-you' ? [drift.session ?? ''] : []));
  const others = open.filter(({ drift }) => drift.kind !== 'needs-you');
  return [
    ...others.map(({ drift }) => `still open: ${drift.message}`),
    ...(isDeepStrictEqual(told.toSorted(), waiting.toSorted())
      ? []
      : [`the log says that ${told.toSorted().join(' ')} wait, not ${waiting.toSorted().join(' ')}`]),
  ];
}

/** The page shows the newest. */
const mostShown = { events: 500, comments: 200 } as const;

/** What the page and `asm status` both say; the text of a state holds a span of time. */
const keys = [
  'status',
  'liveness',
  'activity',
  'waiting_for',
  'waiting_since',
  'since',
  'id',
  'resume',
  'job',
] as const;

function stateIn({ liveness, activity, waiting_for: waitingFor, id }: SessionRow): State {
  return { liveness, activity: activity === 'unknown' ? null : activity, waitingFor, id };
}

function lineOf(states: readonly State[]): string {
  const count = (is: (state: State) => boolean): number => states.filter(is).length;
  const needs = count(({ activity }) => activity === 'waiting');
  const left = count(({ activity }) => activity === 'exited');
  const parts = [
    [needs, needs === 1 ? 'needs you' : 'need you'],
    [count(({ activity }) => activity === 'working'), 'working'],
    [left, left === 1 ? 'agent exited' : 'agents exited'],
    [count(({ liveness }) => liveness === 'gone'), 'gone'],
  ] as const;
  const quiet = [
    [count(({ activity }) => activity === 'idle'), 'idle'],
    [count(({ activity }) => activity === 'shell'), 'shell'],
  ] as const;
  const words = (all: typeof parts | typeof quiet): string =>
    all.flatMap(([number, word]) => (number === 0 ? [] : [`${number} ${word}`])).join(' · ');
  return words(parts) || words(quiet);
}
