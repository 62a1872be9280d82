import { statSync } from 'node:fs';
import { clean, shellQuote } from '../../core/words/text.ts';
import { codeOf } from '../../system/errno.ts';
import { bad, type Finding } from '../../system/finding.ts';
import { statOrNull } from '../../system/if-readable.ts';
import { readRegular } from '../../system/read-regular.ts';
import { SendError } from './notifier.ts';

/** A longer file holds no address, token or key; bytes. */
const longest = 64 * 1024;

/**
 * Reads a file that holds nothing but an address, a token or a key. It is read anew each time: it may have been renewed.
 * @param what such as `the file of the token`
 * @throws SendError that names the file, and nothing of its content
 */
export function readSecret(path: string, what: string): string {
  let text: string | null;
  try {
    text = readRegular(path, statSync(path), longest);
  } catch (error) {
    throw new SendError(`${what} cannot be read (${codeOf(error) || 'unknown'}): ${clean(path)}`);
  }
  if (text === null) throw new SendError(`${what} is no regular file, or too long: ${clean(path)}`);
  const secret = text.trim();
  if (secret === '') throw new SendError(`${what} is empty: ${clean(path)}`);
  return secret;
}

/** Returns what is wrong with the files of a notifier's secrets. */
export function examineSecrets(files: readonly (readonly [path: string | null, what: string])[]): readonly Finding[] {
  return files.flatMap(([path, what]): readonly Finding[] => {
    if (path === null) return [];
    try {
      readSecret(path, what);
    } catch (error) {
      if (!(error instanceof SendError)) throw error;
      return [
        bad(
          'notifier',
          error.message,
          'write it there, and make it readable; `docs/notify.md` says what belongs into it',
        ),
      ];
    }
    const mode = statOrNull(path)?.mode ?? 0;
    if ((mode & 0o077) === 0) return [];
    return [bad('notifier', `${what} is open to others: ${clean(path)}`, `chmod 600 ${shellQuote(path)}`)];
  });
}
