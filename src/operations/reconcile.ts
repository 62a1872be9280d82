import { shortestIntervalMs } from '../config/defaults.ts';
import { exitCode, type ExitCode } from '../errors.ts';
import { clean } from '../core/text.ts';
import { wakeableSleep } from '../run/loop.ts';
import type { Context, PassReport } from './context.ts';
import { isOn, numberOf, type Answer, type Input, type Operation } from './operation.ts';
import { painter } from './paint.ts';
import { planText, reportNotices } from './plan-text.ts';

export const reconcile: Operation = {
  name: 'reconcile',
  summary: 'one pass: look, compare, repair the registry, print what changed',
  flags: [
    { name: 'once', description: 'one pass, then end (the default)' },
    { name: 'emit-diff', description: 'the result as JSON (same as --json)' },
    { name: 'dry-run', description: 'look and compare only: writes nothing at all' },
    { name: 'subscribe', description: 'stay, and print what is new' },
    {
      name: 'interval',
      description: 'time between two passes of --subscribe (default: 30s)',
      value: { kind: 'duration', least: shortestIntervalMs },
    },
    { name: 'exit-code', description: 'end with 1 if there is any drift' },
  ],
  async *run(context, input) {
    if (isOn(input, 'subscribe')) {
      yield* subscribe(context, input);
      return;
    }
    const report = await context.pass({ mode: isOn(input, 'dry-run') ? 'dry-run' : 'once' });
    for (const line of reportNotices(report)) context.output.stderr(`${line}\n`);
    yield answerOf(report, context, input);
    await report.commit();
  },
};

/** One document at the start, then one with each news. */
async function* subscribe(context: Context, input: Input): AsyncIterable<Answer> {
  const interval = numberOf(input, 'interval') ?? context.settings.monitor.intervalMs ?? 30_000;
  const mode = isOn(input, 'dry-run') ? 'dry-run' : 'once';
  // A dry run moves no cursor, so what it has shown must be remembered here.
  let shown: string | null = null;
  const hints = await hintsOf(context);
  do {
    const report = await context.pass({ mode, reader: `subscribe-${process.pid}` });
    if (shown === null) for (const line of reportNotices(report)) context.output.stderr(`${line}\n`);
    const news = report.document.drifts.map((drift) => `${drift.id} ${drift.state}`).join('\n');
    if (shown === null || (news !== '' && news !== shown)) yield answerOf(report, context, input);
    shown = news;
    await report.commit();
  } while (await hints.orAfter(interval));
}

/** What makes us look before the interval is over; one that comes during a pass is kept. */
async function hintsOf({ settings, signal, output }: Context) {
  let look = false;
  let wake = (): void => undefined;
  const { mqtt } = settings;
  if (mqtt !== null) {
    const { startBrokerTrigger } = await import('../trigger/broker.ts');
    const notice = (line: string): void => output.stderr(`${clean(line)}\n`);
    const hint = (): void => {
      look = true;
      wake();
    };
    startBrokerTrigger({ mqtt, settings, notice }).start(hint, signal);
  }
  return {
    /** @returns `false` once the signal aborts. */
    orAfter: async (ms: number): Promise<boolean> => {
      const woken = new Promise<void>((resolve) => (wake = resolve));
      if (!look) await wakeableSleep(ms, woken, signal);
      look = false;
      return !signal.aborted;
    },
  };
}

function answerOf(report: PassReport, context: Context, input: Input): Answer {
  const { document } = report;
  return {
    json: document,
    text: planText(document, painter(context.output.color)),
    exit: exitOf(report, isOn(input, 'exit-code')),
  };
}

function exitOf({ document, exit }: PassReport, drifted: boolean): ExitCode {
  if (exit !== exitCode.done || !drifted) return exit;
  const any = document.standing.length > 0 || document.drifts.some((drift) => drift.state === 'opened');
  return any ? exitCode.drift : exitCode.done;
}
