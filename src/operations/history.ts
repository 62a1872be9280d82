import { clean } from '../core/words/text.ts';
import { exitCode, UsageError } from '../errors.ts';
import type { HistoryAnswer, HistoryRow, StatesAnswer, TimelinesAnswer } from './answers/history.ts';
import { historyRows } from './history/history-rows.ts';
import { followEveryMs, states } from './history/states.ts';
import { logReach } from './history/log-reach.ts';
import { nothingSince } from './history/nothing-since.ts';
import { timelinesAnswer } from './history/timelines.ts';
import { assertKnown } from './sessions/assert-known.ts';
import { isOn, numberOf, textOf, type Input, type Operation } from './operation.ts';
import { painter, type Paint } from './text/paint.ts';
import { pause } from '../system/pause.ts';
import { editText, resumeText } from './text/plan.ts';

export const history: Operation<HistoryAnswer | StatesAnswer | TimelinesAnswer> = {
  name: 'history',
  summary: 'what was found, changed and announced, newest last',
  flags: [
    { name: 'since', description: 'from then on, such as 2h or a time', value: { kind: 'time', direction: 'back' } },
    { name: 'session', description: 'of that session only', value: { kind: 'text', placeholder: 'name' } },
    { name: 'states', description: 'what the sessions were instead: each change of liveness, activity and id' },
    { name: 'timelines', description: 'what the sessions were instead, as spans of time' },
    { name: 'follow', description: 'stay, and show what comes' },
  ],
  async *run(context, input) {
    const since = numberOf(input, 'since');
    const session = textOf(input, 'session');
    const follow = isOn(input, 'follow');
    assertGoTogether(input);
    if (isOn(input, 'timelines')) return yield await timelinesAnswer(context, { since, session });
    if (isOn(input, 'states')) return yield* states(context, { since, session, follow });
    const paint = painter(context.output.color);
    const text = (rows: readonly HistoryRow[]) => rows.map((one) => rowText(one, paint)).join('\n');
    const events = await context.log().read();
    const all = historyRows(events);
    const named = all.flatMap(({ sessions }) => sessions);
    if (session !== null) await assertKnown([session], named, context);
    const isAbout = (one: HistoryRow): boolean => session === null || one.sessions.includes(session);
    const wanted = (one: HistoryRow): boolean => (since === null || Date.parse(one.at) >= since) && isAbout(one);
    const first = all.filter(wanted);
    const reach = logReach(events, since);
    const from = reach?.from ?? (all.some(isAbout) ? since : null);
    const nothing = from === null ? 'nothing yet' : nothingSince(from);
    const lines = [...(reach === null ? [] : [reach.text]), first.length === 0 ? nothing : text(first)];
    yield { json: { events: first }, text: lines.join('\n'), exit: exitCode.done };
    let shown = new Set(all.map(rowKey));
    while (follow && (await pause(followEveryMs, context.signal))) {
      const rows = historyRows(await context.log().read());
      const fresh = rows.filter((one) => !shown.has(rowKey(one)) && wanted(one));
      shown = new Set(rows.map(rowKey));
      if (fresh.length > 0) yield { json: { events: fresh }, text: text(fresh), exit: exitCode.done };
    }
  },
};

/** @throws UsageError for flags that mean nothing together */
function assertGoTogether(input: Input): void {
  const other = ['states', 'follow'].find((flag) => isOn(input, flag));
  if (!isOn(input, 'timelines') || other === undefined) return;
  throw new UsageError(`--timelines and --${other} do not go together`, {
    cure: '`asm history --help` shows what it takes',
  });
}

/** Returns the key of a row: one event may open several drifts. */
function rowKey(row: HistoryRow): string {
  return `${row.event} ${row.drift ?? ''}`;
}

function rowText(row: HistoryRow, paint: Paint): string {
  const head = `${paint('dim', `${row.at.slice(0, 19)}Z`)} ${(row.drift ?? row.event).slice(0, 8)} ${row.class ?? '-'} ${row.what.padEnd(8)}`;
  const edits = row.edits.map((edit) => `   ${paint('dim', editText(edit, row.sessions.length > 1))}`);
  return [`${head} ${clean(row.message)}`, ...edits, ...resumeText(row.resume)].join('\n');
}
