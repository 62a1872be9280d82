import { statSync } from 'node:fs';
import { clean, shellQuote } from '../../core/words/text.ts';
import { codeOf } from '../../system/errno.ts';
import { bad, type Finding } from '../../system/finding.ts';
import { statOrNull } from '../../system/if-readable.ts';
import { isOpenToOthers } from '../../system/own-folder.ts';
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

/** A part of what a notifier needs to send: it may stand in the config, or in a file of its own. */
export interface Part {
  /** The file; `null`: it stands in the config, or there is none. */
  readonly path: string | null;
  /** Such as `the file of the token`. */
  readonly what: string;
  /** Makes of it what a notice is sent with, as a send does. @throws SendError */
  readonly prepare: () => unknown;
}

/** Returns what is wrong with the parts that a notifier sends with. */
export function examineParts(parts: readonly Part[]): readonly Finding[] {
  return parts.flatMap(({ path, what, prepare }): readonly Finding[] => {
    const unread = path === null ? null : reasonOf(() => readSecret(path, what));
    if (unread !== null) {
      return [
        bad('notifier', unread, 'write it there, and make it readable; `docs/notify.md` says what belongs into it'),
      ];
    }
    const wrong = reasonOf(prepare);
    const place = path === null ? 'its `url` in the config' : clean(path);
    const mode = path === null ? 0 : (statOrNull(path)?.mode ?? 0);
    return [
      ...(wrong === null ? [] : [bad('notifier', wrong, `correct ${place}; docs/notify.md says what belongs into it`)]),
      ...(path === null || !isOpenToOthers(mode)
        ? []
        : [bad('notifier', `${what} is open to others: ${clean(path)}`, `chmod 600 ${shellQuote(path)}`)]),
    ];
  });
}

/** Returns why it cannot be done; `null`: it can. */
function reasonOf(act: () => unknown): string | null {
  try {
    act();
    return null;
  } catch (error) {
    if (error instanceof SendError) return error.message;
    throw error;
  }
}
