import { shownState } from '../../core/words/shown-state.ts';
import { clean } from '../../core/words/text.ts';
import { span } from '../../core/words/time.ts';
import type { FindAnswer, FoundMatch } from '../answers/find.ts';
import type { Context } from '../context.ts';
import { localTimes } from '../text/local-zone.ts';
import { painter, tone, type Paint } from '../text/paint.ts';
import { noRegistryText } from '../text/registry.ts';
import { table } from '../text/table.ts';
import type { Matcher } from './matcher.ts';

const titles = ['SESSION', 'AGENT', 'STATE', 'FOUND IN'];
const [session, state, foundIn] = [0, 2, 3];

/** Of the paths that could not be read so many are shown. */
const unreadAtMost = 5;

/** Returns what people read: where the words are, how to get it back, and what was not read. */
export async function findText(
  answer: FindAnswer,
  { matcher, all, absent }: { readonly matcher: Matcher; readonly all: boolean; readonly absent: boolean },
  { output, now, settings }: Pick<Context, 'output' | 'now' | 'settings'>,
): Promise<string> {
  const { sessions, conversations } = answer;
  const paint = painter(output.color);
  const rows: readonly Row[] = [
    ...sessions.map((one) => ({
      cells: [clean(one.session), one.agent ?? '-', shownState(one, localTimes(now())), placeOf(one.matches, now())],
      below: one.liveness === 'alive' ? null : one.resume,
    })),
    ...conversations.map((one) => ({
      cells: ['-', one.agent, one.running ? 'runs without an entry' : 'no entry', placeOf(one.matches, now())],
      below: one.resume ?? [one.id, ...(one.not_resumed === null ? [] : [one.not_resumed])].join(': '),
    })),
  ];
  const lines = rows.length === 0 ? [nothing(answer, all)] : await tableLines(rows, { matcher, paint, output });
  return [
    ...lines,
    ...(absent ? [noRegistryText(settings.registry.path)] : []),
    ...answer.left_out.map((what) => paint('dim', clean(what))),
    ...unreadLines(answer).map((line) => paint('yellow', line)),
  ].join('\n');
}

interface Row {
  readonly cells: readonly string[];
  /** The line below it. */
  readonly below: string | null;
}

/** Says where the words are: the first match, and how many there are. */
function placeOf(matches: readonly FoundMatch[], now: number): string {
  const [first] = matches;
  if (first === undefined) return '-';
  const age = first.at === null ? '' : ` ${span(now - Date.parse(first.at))} ago`;
  return `${first.in}${age}: ${clean(first.text)}${matches.length === 1 ? '' : ` (and ${matches.length - 1} more)`}`;
}

async function tableLines(
  rows: readonly Row[],
  { matcher, paint, output }: { readonly matcher: Matcher; readonly paint: Paint } & Pick<Context, 'output'>,
): Promise<readonly string[]> {
  const show = (cell: string, column: number, row: readonly string[]): string => {
    if (row === titles) return paint('dim', cell);
    // Without a session there is no state.
    if (column === state) return paint(row[session] === '-' ? 'dim' : tone(cell), cell);
    return column === session || column === foundIn ? matcher.marked(cell, (words) => paint('bold', words)) : cell;
  };
  const cuts = [
    { column: foundIn, least: 40, from: 'end' },
    { column: session, least: 20, from: 'middle' },
    { column: foundIn, least: 20, from: 'end' },
  ] as const;
  const fit = output.stdoutIsTerminal ? { width: output.columns, cuts } : null;
  const text = await table([titles, ...rows.map(({ cells }) => cells)], show, fit);
  return text.split('\n').flatMap((line, index) => {
    const below = rows[index - 1]?.below ?? null;
    return below === null ? [line] : [line, `    ${clean(below)}`];
  });
}

function nothing({ read }: FindAnswer, all: boolean): string {
  const where = read === 1 ? 'the conversation that was read' : `the ${read} conversations that were read`;
  return `not found in any session, nor in ${where}${all ? '' : '; --all reads more'}`;
}

/** Says what could not be read: the words may be there. */
function unreadLines({ unread, blind }: FindAnswer): readonly string[] {
  return [
    ...unread
      .slice(0, unreadAtMost)
      .map(({ path, reason, cure }) => `not read: ${clean(path)} ${clean(reason)}. Cure: ${clean(cure)}`),
    ...(unread.length > unreadAtMost ? [`and ${unread.length - unreadAtMost} more paths: --json names them`] : []),
    ...blind.map(({ source, reason, cure }) => `cannot see ${clean(source)}: ${clean(reason)}. Cure: ${clean(cure)}`),
  ];
}
