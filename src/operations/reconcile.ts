import { defaults, shortestIntervalMs } from '../config/defaults.ts';
import { exitCode, type ExitCode } from '../errors.ts';
import type { ReconcileDocument } from '../pass/document.ts';
import type { Trigger } from '../trigger/trigger.ts';
import { adoptionFlags, adoptionIn } from './adoption.ts';
import type { Context, PassReport } from './context.ts';
import { isOn, numberOf, type Answer, type Input, type Operation } from './operation.ts';
import { painter } from './text/paint.ts';
import { passingTrouble } from './passing-trouble.ts';
import { planText, reportNotices } from './text/plan.ts';
import { makeHintFold } from '../watch/debounce.ts';

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

/** One document at the start, then one with each news. */
async function* subscribe(context: Context, input: Input): AsyncIterable<Answer<ReconcileDocument>> {
  const interval = numberOf(input, 'interval') ?? context.settings.monitor.intervalMs ?? defaults.intervalMs;
  const mode = isOn(input, 'dry-run') ? 'dry-run' : 'once';
  // A dry run moves no cursor, so what it has shown must be remembered here.
  let shown: string | null = null;
  const triggers = context.triggers(await brokerTriggers(context));
  const fold = makeHintFold();
  triggers.start(fold.hint, context.signal);
  const adopt = adoptionIn(input);
  const look = () => context.pass({ mode, reader: 'process', adopt: shown === null ? adopt : null });
  const lookAgain = passingTrouble((line) => context.output.log('error', line));
  do {
    fold.begin();
    const report: PassReport | null = shown === null ? await look() : await lookAgain(look);
    if (report === null) {
      fold.end(0);
      await fold.rest(interval, context.signal);
      continue;
    }
    triggers.follow(report.watched);
    if (shown === null) for (const line of reportNotices(report, adopt)) context.output.log('warn', line);
    const news = report.document.drifts.map((drift) => `${drift.id} ${drift.state}`).join('\n');
    if (shown === null || (news !== '' && news !== shown)) yield answerOf(report, context, input);
    shown = news;
    await report.commit();
    fold.end(report.changes);
    await fold.rest(interval, context.signal);
  } while (!context.signal.aborted);
}

/** Who has no broker loads nothing of it. */
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
    text: planText(document, painter(context.output.color)),
    exit: exitOf(report, isOn(input, 'exit-code')),
  };
}

function exitOf({ document, exit }: PassReport, drifted: boolean): ExitCode {
  if (exit !== exitCode.done || !drifted) return exit;
  const any = document.standing.length > 0 || document.drifts.some((drift) => drift.state === 'opened');
  return any ? exitCode.drift : exitCode.done;
}
