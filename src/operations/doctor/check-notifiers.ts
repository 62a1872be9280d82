import { clean, shellQuote } from '../../core/words/text.ts';
import { isoSeconds } from '../../core/words/time.ts';
import { bad, good, type Finding } from '../../system/finding.ts';
import { openNotifier } from '../../tell/notify/open-notifier.ts';
import { TroubleFile } from '../../system/trouble-file.ts';
import type { Context } from '../context.ts';

/** Checks what each configured notifier depends on, and whether its last notice was sent. It sends nothing. */
export function checkNotifiers({ settings, env, now, registryStateDir }: Context): readonly Finding[] {
  const { notify: all, hermes } = settings;
  if (all.length === 0) return [good('notifier', 'notifiers: none is configured')];
  const troubles = new TroubleFile(registryStateDir, 'notify', now);
  return all.flatMap((one) => {
    const notifier = openNotifier(one, { env, platform: process.platform, hermes: hermes.command, now });
    const label = one.name === one.kind ? one.name : `${clean(one.name)} (${one.kind})`;
    const findings = notifier.examine().map((found) => ({ ...found, message: `notifier ${label}: ${found.message}` }));
    const trouble = troubles.read(one.name);
    if (trouble === null) return findings;
    const message = `notifier ${label}: nothing sent since ${isoSeconds(trouble.since)}: ${clean(trouble.reason)}`;
    const cure = `asm notify test ${shellQuote(one.name)}; what is due is sent by the monitor, which tries again within an hour`;
    return [...findings, bad('notifier', message, cure)];
  });
}
