import { clean } from '../../core/words/text.ts';
import { bad, good } from '../../system/finding.ts';
import { missingProgram } from '../../system/missing-program.ts';
import { callNotifier } from './call-notifier.ts';
import type { Notifier, NotifierWorld, SettingsOf } from './notifier.ts';

const deadlineMs = 30_000;

/**
 * Runs a command of the user's own with the notice as JSON on its standard input. Nothing of the notice is part of its
 * words or of its environment.
 */
export function command({ argv }: SettingsOf<'command'>, { env }: NotifierWorld): Notifier {
  const [program = '', ...args] = argv;
  return {
    send: async (notice, signal) => {
      const input = `${JSON.stringify(notice)}\n`;
      await callNotifier({ program, args, input, deadlineMs, mayQuote: false }, env, signal);
      return 'ended with 0';
    },
    examine: () => {
      const missing = missingProgram(argv, env['PATH']);
      if (missing === null) return [good('notifier', `runs ${clean(program)}`)];
      return [bad('notifier', `${clean(missing)} cannot be started`, 'install it, or correct argv in the config')];
    },
  };
}
