import { shortestIntervalMs } from '../config/defaults.ts';
import { clean } from '../core/words/text.ts';
import { exitCode, type ExitCode } from '../errors.ts';
import type { Context, PassReport } from './context.ts';
import { isOn, numberOf, type Answer, type Input, type Operation } from './operation.ts';
import { painter, tone, type Paint } from './text/paint.ts';
import { Debounce } from '../watch/debounce.ts';
import { Failures, showGoesOn } from '../watch/failures.ts';
import { loop } from '../watch/loop.ts';
import type { SessionRow, StatusAnswer } from './answers/sessions.ts';
import { isDown, sessionsIn, sortForPeople } from './sessions/session-rows.ts';
import { statusHints } from './sessions/status-hints.ts';
import { table } from './text/table.ts';
import { pollOnly, probe, type NamedState } from '../trigger/probe.ts';

const clearScreen = '\u001b[H\u001b[2J\u001b[3J';

export const status: Operation<StatusAnswer> = {
  name: 'status',
  summary: 'every session with its agent, id and job on one line; writes nothing',
  flags: [
    { name: 'watch', description: 'stay, and show it again as it changes' },
    {
      name: 'interval',
      description: 'time between two passes of --watch (default: 2s)',
      value: { kind: 'duration', least: shortestIntervalMs },
    },
  ],
  async *run(context, input) {
    const { output, signal } = context;
    const intervalMs = numberOf(input, 'interval') ?? 2_000;
    const failures = new Failures((line) => output.log('error', line), showGoesOn);
    let shown: string | null = null;
    const turns = loop(
      {
        pass: () => context.pass({ mode: 'dry-run' }),
        changesIn: ({ changes }) => changes,
        nextAt: (passedAt) => passedAt + intervalMs,
        until: isOn(input, 'watch') ? Infinity : -Infinity,
        debounce: new Debounce(),
        now: () => performance.now(),
      },
      signal,
    );
    for await (const turn of turns) {
      failures.hear(turn);
      if (turn.kind !== 'passed') continue;
      const answer = await answerOf(turn.result, context);
      const text = JSON.stringify(answer);
      if (text === shown) continue;
      yield shown === null ? await firstOf(answer, turn.result, context, input) : redrawn(answer, context, input);
      shown = text;
    }
    // Without one answer it was broken off.
    if (shown === null) signal.throwIfAborted();
  },
};

async function answerOf(report: PassReport, context: Context): Promise<Answer<StatusAnswer>> {
  const sessions = sessionsIn(report, null);
  const rows = sessions.map(({ row }) => row);
  const shown = sortForPeople(sessions).map(({ row }) => row);
  const hints = statusHints(sessions, report, context.settings.registry, context.now());
  return {
    json: { sessions: rows, blind: report.document.blind },
    text: [await statusText(shown, report, painter(context.output.color)), ...hints].join('\n'),
    exit: exitOf(rows, report.exit),
  };
}

/** Returns the first answer, with a line for people where only the poll sees deaths. */
async function firstOf(
  answer: Answer<StatusAnswer>,
  report: PassReport,
  context: Context,
  { json }: Input,
): Promise<Answer<StatusAnswer>> {
  const why = json ? null : await whyPollOnly(report, context);
  return why === null ? answer : { ...answer, text: `${answer.text}\ndeaths are seen by the poll only: ${clean(why)}` };
}

/**
 * Says why only the poll sees deaths. It stops at the first working trigger, and tries the cheapest first: probing
 * `/dev/pts` wakes every other watcher.
 */
async function whyPollOnly({ watched }: PassReport, context: Context): Promise<string | null> {
  const hearing = context.triggers().all.filter(({ hearsDeaths }) => hearsDeaths === true);
  const states: NamedState[] = [];
  for (const trigger of hearing.toReversed()) {
    states.unshift(...(await probe([trigger], watched, context.signal)));
    if (pollOnly(states) === null) break;
  }
  return pollOnly(states);
}

function exitOf(rows: readonly SessionRow[], exit: ExitCode): ExitCode {
  if (exit !== exitCode.done) return exit;
  return rows.some(isDown) ? exitCode.drift : exitCode.done;
}

async function statusText(rows: readonly SessionRow[], { document }: PassReport, paint: Paint): Promise<string> {
  const blind = document.blind.map((one) =>
    paint('yellow', `cannot see ${clean(one.source)}: ${clean(one.reason)}. Cure: ${clean(one.cure)}`),
  );
  const unseen = [...blind, ...doubts(rows, document).map((line) => paint('yellow', line))];
  if (rows.length === 0) return ['no sessions in the registry', ...unseen].join('\n');
  const cells = rows.map((row) => [clean(row.session), row.agent ?? '-', row.state, clean(row.id ?? '-')]);
  const titles = ['SESSION', 'AGENT', 'STATE', 'ID'];
  const show = (cell: string, column: number): string => {
    if (titles[column] === cell) return paint('dim', cell);
    return column === 2 ? paint(tone(cell), cell) : cell;
  };
  return [await table([titles, ...cells], show), ...unseen].join('\n');
}

/**
 * Says why sessions are unknown, and what would settle it; sessions of a blind source are left out, because that is
 * told already.
 */
function doubts(rows: readonly SessionRow[], { blind }: PassReport['document']): readonly string[] {
  const said = new Set(blind.map(({ reason }) => reason));
  return rows.flatMap(({ session, state, reason, cure }) => {
    if (!state.startsWith('unknown') || reason === null || said.has(reason)) return [];
    return [`${clean(session)} is unknown: ${clean(reason)}. Cure: ${clean(cure ?? '')}`];
  });
}

/** Redraws an answer: at a terminal it fills the screen; in a pipe each answer follows the last. */
export function redrawn<Json>(answer: Answer<Json>, { output }: Context, input: Input): Answer<Json> {
  if (input.json) return answer;
  return { ...answer, text: output.stdoutIsTerminal ? `${clearScreen}${answer.text}` : `\n${answer.text}` };
}
