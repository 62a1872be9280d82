import { defaults, shortestIntervalMs } from '../config/defaults.ts';
import { isAttention } from '../core/drift/kind-of.ts';
import { exitCode, UsageError, type ExitCode } from '../errors.ts';
import type { ReconcileDocument } from '../pass/document.ts';
import type { Trigger } from '../trigger/trigger.ts';
import { adoptionFlags, adoptionIn } from './adoption.ts';
import type { Context, PassReport } from './context.ts';
import { isOn, numberOf, type Answer, type Input, type Operation } from './operation.ts';
import { painter } from './text/paint.ts';
import { planText, reportNotices } from './text/plan.ts';
import { Debounce } from '../watch/debounce.ts';
import { Failures, showGoesOn } from '../watch/failures.ts';
import { loop } from '../watch/loop.ts';

export const reconcile: Operation<ReconcileDocument> = {
  name: 'reconcile',
  summary: 'one pass: look, compare, repair the registry, print what changed',
  flags: [
    { name: 'once', description: 'one pass, then end (the default)' },
    { name: 'emit-diff', description: 'the result as JSON (same as --json)' },
    { name: 'dry-run', description: 'look and compare only: writes nothing at all' },
    { name: 'subscribe', description: 'stay, and print what is new' },
    {
      name: 'interval',
      description: 'time between two passes of --subscribe (default: monitor.interval, else 30s)',
      value: { kind: 'duration', least: shortestIntervalMs },
    },
    { name: 'exit-code', description: 'end with 1 if there is any drift' },
    ...adoptionFlags,
  ],
  async *run(context, input) {
    if (isOn(input, 'subscribe')) {
      if (isOn(input, 'once')) {
        const cure = 'leave one out: --once makes one pass and ends, --subscribe stays';
        throw new UsageError('--once and --subscribe exclude each other', { where: '--once', cure });
      }
      yield* subscribe(context, input);
      return;
    }
    const adopt = adoptionIn(input);
    const report = await context.pass({ mode: isOn(input, 'dry-run') ? 'dry-run' : 'once', adopt });
    for (const line of reportNotices(report, adopt)) context.output.log('warn', line);
    yield answerOf(report, context, input);
    await report.commit();
  },
};

/** Yields one document at the start, then one with each news. */
async function* subscribe(context: Context, input: Input): AsyncIterable<Answer<ReconcileDocument>> {
  const { signal, output, settings } = context;
  const interval = numberOf(input, 'interval') ?? settings.monitor.intervalMs ?? defaults.intervalMs;
  const mode = isOn(input, 'dry-run') ? 'dry-run' : 'once';
  const adopt = adoptionIn(input);
  // A dry run moves no cursor, so what it has shown must be remembered here.
  let shown: string | null = null;
  const failures = new Failures((line) => output.log('error', line), showGoesOn);
  const triggers = context.triggers(await brokerTriggers(context));
  const debounce = new Debounce();
  triggers.start(debounce.hint, signal);
  const turns = loop(
    {
      pass: () => context.pass({ mode, reader: 'process', adopt: shown === null ? adopt : null }),
      changesIn: ({ changes }) => changes,
      nextAt: (passedAt) => passedAt + interval,
      debounce,
      now: () => performance.now(),
    },
    signal,
  );
  for await (const turn of turns) {
    failures.hear(turn);
    if (turn.kind !== 'passed') continue;
    const report = turn.result;
    triggers.follow(report.watched);
    if (shown === null) for (const line of reportNotices(report, adopt)) output.log('warn', line);
    const news = report.document.drifts.map((drift) => `${drift.id} ${drift.state}`).join('\n');
    if (shown === null || (news !== '' && news !== shown)) yield answerOf(report, context, input);
    shown = news;
    await report.commit();
  }
  // Without an answer the command was interrupted.
  if (shown === null) signal.throwIfAborted();
}

/** Makes the broker's triggers; without a broker none of its code is loaded. */
async function brokerTriggers({ settings, output }: Context): Promise<readonly Trigger[]> {
  const { mqtt } = settings;
  if (mqtt === null) return [];
  const { startBrokerTrigger } = await import('../mqtt/broker-trigger.ts');
  return [startBrokerTrigger({ mqtt, settings, notice: (line) => output.log('warn', line) })];
}

function answerOf(report: PassReport, context: Context, input: Input): Answer<ReconcileDocument> {
  const { document } = report;
  return {
    json: document,
    text: planText(report, painter(context.output.color)),
    exit: exitOf(report, isOn(input, 'exit-code')),
  };
}

function exitOf({ document, exit }: PassReport, drifted: boolean): ExitCode {
  if (exit !== exitCode.done || !drifted) return exit;
  const drifts = [...document.standing, ...document.drifts.filter(({ state }) => state === 'opened')];
  const any = drifts.some((drift) => !isAttention(drift));
  return any ? exitCode.drift : exitCode.done;
}
