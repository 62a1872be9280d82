import { closeSync, fchmodSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { counted } from '../../core/words/counted.ts';
import { clean } from '../../core/words/text.ts';
import { exitCode, UsageError } from '../../errors.ts';
import { dumpOf, dumpText } from '../../pass/dump/dump.ts';
import { codeOf, messageOf } from '../../system/errno.ts';
import type { DumpAnswer } from '../answers/sessions.ts';
import type { Context } from '../context.ts';
import type { Answer } from '../operation.ts';

/**
 * Writes what a pass sees now into a new file that only its owner can read.
 * @throws UsageError if the file cannot be made
 */
export async function makeDump(context: Context, path: string, isRedacted: boolean): Promise<Answer<DumpAnswer>> {
  const dump = dumpOf(await context.pass({ mode: 'dry-run' }), isRedacted);
  writeNew(path, dumpText(dump, context.version));
  const count = dump.input.registry.entries.length;
  return {
    json: { dump: path, redacted: isRedacted, entries: count },
    text: [
      `${clean(path)}: what a pass saw of ${counted(count, 'entry', 'entries')}, and what it would do.`,
      isRedacted
        ? 'Names, ids, hosts and paths in it are replaced. Numbers, times and words of programs are not.'
        : 'Names, ids, hosts and paths are in it as they are; --redact replaces them.',
      'Read it before you give it away.',
    ].join('\n'),
    exit: exitCode.done,
  };
}

/** Writes a new file. It never replaces an existing one, not even a dump: the path may be a typing mistake. */
function writeNew(path: string, text: string): void {
  try {
    const file = openSync(path, 'wx', 0o600);
    try {
      fchmodSync(file, 0o600);
      writeFileSync(file, text);
    } catch (error) {
      // A half dump is of no use, and in the way of the next attempt.
      rmSync(path, { force: true });
      throw error;
    } finally {
      closeSync(file);
    }
  } catch (error) {
    const exists = codeOf(error) === 'EEXIST';
    throw new UsageError(exists ? 'there is a file of that name' : `the dump cannot be written: ${messageOf(error)}`, {
      where: path,
      cure: exists ? 'name another file, or remove that one' : 'name a file in a folder that you may write to',
      cause: error,
    });
  }
}
