import { clean } from '../../core/words/text.ts';
import { bad, good } from '../../system/finding.ts';
import { whichProgram } from '../../system/missing-program.ts';
import { callNotifier } from './call-notifier.ts';
import type { Notifier, NotifierWorld, SettingsOf } from './notifier.ts';

/** Hermes starts in 1 s and then asks the platform, once or a few times. */
const deadlineMs = 45_000;

/** Sends by `hermes send` to what the user has already set up there. The text goes on its standard input. */
export function hermes({ to }: SettingsOf<'hermes'>, { env, hermes: program }: NotifierWorld): Notifier {
  return {
    send: async (notice, signal) => {
      const input = withoutDirectives(`${notice.title} (${clean(notice.host)})\n\n${notice.text}\n`);
      const call = { program, args: ['send', `--to=${to}`], input, deadlineMs, mayQuote: true };
      return (await callNotifier(call, env, signal)) || 'sent';
    },
    examine: () => {
      if (whichProgram(program, env['PATH']) !== null) return [good('notifier', `sends by ${clean(program)} send`)];
      return [
        bad(
          'notifier',
          `${clean(program)} is not installed`,
          'install hermes-agent, or set hermes.command in the config',
        ),
      ];
    },
  };
}

/**
 * Hermes attaches the file that follows `MEDIA:`, and takes words in double brackets as orders: names could hold both.
 * Where Python ignores case it also takes both Turkish letters for an `i`.
 */
function withoutDirectives(text: string): string {
  return text.replace(/med[i\u0130\u0131]a(?=:)/gi, '$& ').replaceAll('[[', '[ [');
}
