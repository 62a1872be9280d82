import { clean } from '../core/words/text.ts';
import { exitCode, UsageError } from '../errors.ts';
import type { FindAnswer } from './answers/find.ts';
import { isOn, type Operation } from './operation.ts';
import { isAbsent } from './text/registry.ts';

/** A longer text is a slip of the clipboard; characters. */
const longestText = 1_000;

export const find: Operation<FindAnswer> = {
  name: 'find',
  summary: 'sessions by name, workspace, id, folder, title and last prompts',
  description:
    'Case does not count. It reads the ends of the conversations that entries name or living agents have open, and the prompts that Claude and Codex keep beside them. Nothing is stored. If something could not be read, that is said, and the exit code is 4: the text may be there.',
  argument: { name: 'text', description: 'what to look for; its words are joined', required: true, variadic: true },
  flags: [{ name: 'all', description: 'read the newest 500 other conversations too' }],
  async *run(context, input) {
    const words = input.words.join(' ');
    const all = isOn(input, 'all');
    if (words.trim() === '') {
      throw new UsageError(`there is nothing to look for in "${clean(words)}"`, { cure: 'asm find TEXT' });
    }
    if (words.length > longestText) {
      throw new UsageError(`the text is longer than ${longestText} characters`, { cure: 'look for a part of it' });
    }
    const { findIn } = await import('./find/find-in.ts');
    const { findText } = await import('./find/find-text.ts');
    const report = await context.pass({ mode: 'dry-run' });
    const { answer, matcher } = await findIn(report, { words, all }, context);
    yield {
      json: answer,
      text: await findText(answer, { matcher, all, absent: isAbsent(report) }, context),
      exit: answer.unread.length > 0 ? exitCode.blind : report.exit,
    };
  },
};
