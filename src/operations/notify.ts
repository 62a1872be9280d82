import { hostname } from 'node:os';
import type { NotifierSettings } from '../config/notifier-settings.ts';
import { clean, shellQuote } from '../core/words/text.ts';
import { exitCode, NotifyError, UsageError } from '../errors.ts';
import { asError } from '../system/errno.ts';
import type { NotifyTestAnswer } from './answers/notify.ts';
import type { Context } from './context.ts';
import type { Input, Operation } from './operation.ts';

export const notify: Operation<NotifyTestAnswer> = {
  name: 'notify',
  summary: 'test [NAME]: send one notice through each configured notifier, and say what came back',
  description: 'Notifiers are listed under `notify` in the config; docs/notify.md shows how. `monitor` runs them.',
  argument: {
    name: 'test',
    description: '`test`, then the name of one notifier if only that one is wanted',
    required: true,
    variadic: true,
    choices: ['test'],
  },
  flags: [],
  async *run(context, input) {
    const chosen = await chosenNotifiers(context, input);
    const sent = await Promise.all(chosen.map((one) => tested(one, context)));
    const failed = sent.filter(({ ok }) => !ok);
    context.signal.throwIfAborted();
    if (failed.length > 0) {
      throw new NotifyError(sent.map(({ name, answer }) => `${clean(name)}: ${answer}`).join('; '), {
        where: context.settings.configPath,
        cure: `see \`asm doctor\` and docs/notify.md, then \`asm notify test ${shellQuote(failed[0]?.name ?? '')}\``,
      });
    }
    const { behindConfig } = await import('./text/behind-config.ts');
    const behind = await behindConfig(context);
    if (behind !== null) context.output.log('warn', `${behind.message}; ${behind.cure}`);
    yield {
      json: { sent: sent.map(({ name, kind, answer }) => ({ name, kind, answer })) },
      text: sent.map(({ name, kind, answer }) => `${clean(name)} (${kind}): ${answer}`).join('\n'),
      exit: exitCode.done,
    };
  },
};

async function chosenNotifiers(
  { settings: { notify: all } }: Context,
  { words: [action = '', name, extra] }: Input,
): Promise<readonly NotifierSettings[]> {
  if (action !== 'test')
    throw new UsageError(`notify has no ${clean(action)}`, { cure: 'it is: asm notify test [NAME]' });
  if (extra !== undefined) throw new UsageError('notify test takes one name', { cure: 'leave the rest out' });
  if (all.length === 0) {
    throw new UsageError('no notifier is configured', {
      cure: 'list one under notify in the config, such as `notify: [{ kind: desktop }]`; docs/notify.md shows all',
    });
  }
  if (name === undefined) return all;
  const named = all.filter((one) => one.name === name);
  if (named.length > 0) return named;
  const { unknownName } = await import('../system/unknown-name.ts');
  const names = all.map((one) => one.name);
  throw unknownName('notifier', name, names, `the config names ${names.map(clean).join(', ')}`);
}

async function tested(one: NotifierSettings, context: Context) {
  const { env, settings, now, signal, registryStateDir } = context;
  const { name, kind } = one;
  // Loaded late: no other command sends.
  const { openNotifier } = await import('../tell/notify/open-notifier.ts');
  const { testNotice } = await import('../tell/notify/notice.ts');
  const { SendError } = await import('../tell/notify/notifier.ts');
  const { TroubleFile } = await import('../system/trouble-file.ts');
  const notifier = openNotifier(one, { env, platform: process.platform, hermes: settings.hermes.command, now });
  try {
    const notice = testNotice(name, { host: hostname(), now: now() });
    const answer = clean(await notifier.send(notice, signal));
    // `doctor` must not go on about a failure that is mended; a monitor that pauses still keeps news back.
    const troubles = new TroubleFile(registryStateDir, 'notify', now);
    const isOver = troubles.read(name) !== null && (await isNothingDue(one, context).catch(() => false));
    if (isOver) troubles.keep(name, null);
    return { name, kind, ok: true, answer };
  } catch (error) {
    if (!(error instanceof SendError)) throw error;
    return { name, kind, ok: false, answer: clean(asError(error).message) };
  }
}

/** Decides whether the log holds no news that the notifier has not told. @throws the log's errors */
async function isNothingDue(settings: NotifierSettings, context: Context): Promise<boolean> {
  const { dueEvents } = await import('../tell/notify/due-events.ts');
  const { readerOf } = await import('../tell/notify/delivery.ts');
  const log = context.log();
  const cursor = await log.cursor(readerOf(settings.name));
  if (cursor === null) return true;
  const { events } = dueEvents(await log.read(), cursor, { settings, graceMs: 0, now: context.now() });
  return events.length === 0;
}
