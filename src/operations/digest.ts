import { shellCommand } from '../core/words/shell-command.ts';
import { clean } from '../core/words/text.ts';
import { isoSeconds, localTime } from '../core/words/time.ts';
import { messageOf } from '../system/errno.ts';
import type { DigestAnswer } from './answers/digest.ts';
import type { Context } from './context.ts';
import { digestJson } from './digest/digest-json.ts';
import type { BlockOptions } from './digest/block-options.ts';
import { digestBlocks } from './digest/digest-blocks.ts';
import { markdown } from './digest/markdown.ts';
import { pastesFor, type Paste } from './digest/paste.ts';
import { plainText } from './digest/plain-text.ts';
import { readDigest, type ReadDigest } from './digest/read-digest.ts';
import { unregistered } from './sessions/unknown-session.ts';
import { isAbsent } from './text/registry.ts';
import { isOn, numberOf, textOf, type Input, type Operation } from './operation.ts';
import { localZone } from './text/local-zone.ts';
import { painter } from './text/paint.ts';

/** What is told if the user does not say since when, and has not asked before; ms. */
const usualMs = 12 * 60 * 60_000;
/** The rows of a list that a terminal shows; Markdown shows all. */
const shownAtMost = 6;

/** Columns. */
const usualWidth = 80;
const leastWidth = 40;

const last = 'last';

export const digest: Operation<DigestAnswer> = {
  name: 'digest',
  summary: 'what happened while you were away: deaths, waits, changes, and the time worked and waited',
  description:
    'First what needs you now, then what died and what to paste to bring it back, then what changed. Time in which no monitor watched is said, and never counted as idle. It writes nothing but the time at which you asked, for `--since last`; with `--json` only `--since last` writes that.',
  flags: [
    {
      name: 'since',
      description: 'from then on, such as 12h (the default) or a time; last: since you last asked',
      value: { kind: 'time', direction: 'back', words: [last] },
    },
    { name: 'markdown', description: 'whole, as Markdown' },
  ],
  async *run(context, input) {
    const askedBefore = context.lastAsked().read();
    const { from, begins } = beginning(input, askedBefore, context.now());
    const span = { from, to: Math.max(from, context.now()) };
    const read = await readDigest(context, span);
    const pastes = pastesFor(
      {
        inSpan: read.lost,
        byDefault: read.lostByDefault,
        before: read.lostBefore,
        since: localTime(from, context.now(), localZone),
      },
      context.settings.registry,
    );
    const page = (atMost: number) => digestBlocks(read.digest, blockOptions(read, { begins, pastes, atMost, context }));
    yield {
      json: digestJson(read, { askedBefore, commands: pastes.map(({ command }) => command) }),
      text: isOn(input, 'markdown')
        ? markdown(page(Infinity))
        : await plainText(page(shownAtMost), painter(context.output.color), widthOf(context)),
      exit: read.report.exit,
    };
    if (!input.json || textOf(input, 'since') === last) remember(span.to, context);
  },
};

/** Returns the width of the user's terminal; what is no terminal has the usual one. */
function widthOf({ output }: Context): number {
  return output.stdoutIsTerminal ? Math.max(leastWidth, output.columns) : usualWidth;
}

function beginning(
  input: Input,
  askedBefore: number | null,
  now: number,
): { readonly from: number; readonly begins: BlockOptions['begins'] } {
  if (textOf(input, 'since') !== last) return { from: numberOf(input, 'since') ?? now - usualMs, begins: 'given' };
  if (askedBefore === null) return { from: now - usualMs, begins: 'never-asked' };
  // The clock was set back since. How long ago that was is not known, and no event may be left out.
  if (askedBefore > now) return { from: now - usualMs, begins: 'asked-ahead' };
  return { from: askedBefore, begins: 'last-asked' };
}

function blockOptions(
  { digest: { span }, report, reachesTo, jobsUnread, lost }: ReadDigest,
  about: Pick<BlockOptions, 'begins' | 'atMost'> & { readonly pastes: readonly Paste[]; readonly context: Context },
): BlockOptions {
  const { context, ...rest } = about;
  const since = isoSeconds(span.from);
  const command = (...words: readonly string[]): string => shellCommand(context.settings.registry, ...words);
  return {
    ...rest,
    now: context.now(),
    zone: localZone,
    reachesTo,
    lost,
    absentRegistry: isAbsent(report) ? context.settings.registry.path : null,
    unregistered: unregistered(report),
    unreadable: [
      ...report.document.blind.map(
        (one) => `cannot see ${clean(one.source)}: ${clean(one.reason)}. Cure: ${clean(one.cure)}`,
      ),
      ...(jobsUnread === null ? [] : [clean(jobsUnread)]),
    ],
    shows: {
      waiting: command('status', '--waiting'),
      history: command('history', '--since', since),
      register: command('reconcile'),
      whole: command('digest', '--since', since, '--markdown'),
    },
    watch: command('monitor'),
  };
}

function remember(at: number, context: Context): void {
  try {
    context.lastAsked().write(at);
  } catch (error) {
    context.output.log('warn', `that you asked could not be kept: ${messageOf(error)}`);
  }
}
