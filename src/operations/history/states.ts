import { isEqual } from '../../core/model/equal.ts';
import { clean } from '../../core/words/text.ts';
import { isoMillis, isoSeconds, span } from '../../core/words/time.ts';
import { exitCode } from '../../errors.ts';
import type { StateLine } from '../../core/model/state.ts';
import { pause } from '../../system/pause.ts';
import type { StateRow, StatesAnswer } from '../answers/history.ts';
import type { Context } from '../context.ts';
import type { Answer } from '../operation.ts';
import { activityText } from '../text/activity.ts';
import { painter, tone, type Paint } from '../text/paint.ts';
import { assertKnown } from '../sessions/assert-known.ts';
import { historyRows } from './history-rows.ts';
import { StateRows } from './state-rows.ts';

/** The log and the state history are read again so often by `--follow`; ms. */
export const followEveryMs = 500;

/** What the user asks to see. */
interface Asked {
  /** ms since 1970; `null`: all. */
  readonly since: number | null;
  readonly session: string | null;
  readonly follow: boolean;
}

/**
 * Yields the state history, and with `follow` what comes.
 * @throws UsageError for an unknown session
 */
export async function* states(context: Context, asked: Asked): AsyncIterable<Answer<StatesAnswer>> {
  const since = asked.since ?? 0;
  const history = context.stateHistory();
  const rows = new StateRows();
  const lines = await history.read(since);
  const young = lines.findIndex(({ at }) => at >= since);
  const count = young < 0 ? lines.length : young;
  const before = rows.of(lines.slice(0, count));
  const changes = rows.of(lines.slice(count));
  if (asked.session !== null) {
    const logged = historyRows(await context.log().read()).flatMap(({ sessions }) => sessions);
    const named = [...before, ...changes].flatMap(({ session }) => session ?? []);
    await assertKnown([asked.session], [...named, ...logged], context);
  }
  yield await answerOf(context, asked, { before, changes, isFirst: true });
  let shown = lines;
  while (asked.follow && (await pause(followEveryMs, context.signal))) {
    const now = await history.changesSince(shown.at(-1)?.at ?? since);
    const fresh = now.filter((line) => !isAmong(line, shown));
    if (fresh.length === 0) continue;
    shown = now;
    const answer = await answerOf(context, asked, { before: [], changes: rows.of(fresh), isFirst: false });
    if (answer.json.changes.length > 0) yield answer;
  }
}

/** Decides whether a line was shown: only the last ones can be of the same time. */
function isAmong(line: StateLine, shown: readonly StateLine[]): boolean {
  for (const one of shown.toReversed()) {
    if (one.at < line.at) return false;
    if (isEqual(one, line)) return true;
  }
  return false;
}

async function answerOf(
  context: Context,
  { session }: Asked,
  rows: Pick<StatesAnswer, 'before' | 'changes'> & { readonly isFirst: boolean },
): Promise<Answer<StatesAnswer>> {
  const isWanted = (row: StateRow): boolean => session === null || row.session === session || row.session === null;
  const before = rows.before.filter(isWanted);
  const changes = rows.changes.filter(isWanted);
  // Before the question: a watch that goes on is known until the moment of its answer.
  const now = context.now();
  const watchedUntil = await context.stateHistory().watchedUntil();
  const watched = watchedUntil === null ? null : isoMillis(watchedUntil);
  const paint = painter(context.output.color);
  const lines = [
    ...changes.filter(isChange).map((row) => rowText(row, paint)),
    ...(rows.isFirst ? closing(changes, watchedUntil, now) : []),
  ];
  return { json: { before, changes, watched_until: watched }, text: lines.join('\n'), exit: exitCode.done };
}

/** Decides whether people are shown a row: each watch begins with the state of every session, as before or not. */
function isChange({ from, to }: StateRow): boolean {
  return to === null || !isEqual(from, to);
}

function closing(changes: readonly StateRow[], watchedUntil: number | null, now: number): readonly string[] {
  if (watchedUntil === null) return ['nothing yet: no monitor has watched'];
  if (watchedUntil < now) return [`nothing has watched since ${isoSeconds(watchedUntil)}`];
  return changes.length === 0 ? ['nothing has changed'] : [];
}

function rowText(row: StateRow, paint: Paint): string {
  const time = paint('dim', `${row.at.slice(0, 19)}Z`);
  switch (row.what) {
    case 'state':
    case 'removed': {
      const said = paint('dim', `${clean(row.source ?? '')}: ${clean(row.reason ?? '')}`);
      return `${time} ${clean(row.session ?? '')}: ${changeText(row, paint)} · ${said}`;
    }
    case 'watch-began':
      return `${time} a watch began on ${clean(row.host ?? '')}${gapText(row)}`;
    case 'watch-ended':
      return `${time} the watch ended`;
  }
}

function gapText({ at, unwatched_since: since }: StateRow): string {
  return since === null ? '' : `; nothing watched for ${span(Date.parse(at) - Date.parse(since))} before`;
}

/** Returns `working → idle`, and the ids where they differ. */
function changeText({ from, to }: StateRow, paint: Paint): string {
  const word = (state: StateRow['to']): string => {
    const text = stateText(state);
    return paint(tone(text), text);
  };
  if (to === null) return from === null ? 'no entry any more' : `${word(from)} → no entry any more`;
  const [before, after] = [stateText(from), stateText(to)];
  const state = before === after || from === null ? word(to) : `${word(from)} → ${word(to)}`;
  if (from === null || from.id === to.id) return state;
  return `${state} · id ${clean(from.id ?? 'none')} → ${clean(to.id ?? 'none')}`;
}

function stateText(state: StateRow['to']): string {
  if (state === null) return '';
  const { liveness, activity, waiting_for } = state;
  return liveness === 'alive' ? activityText({ activity, waiting_for, waiting_since: null }, 0) : liveness;
}
