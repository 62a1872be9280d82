import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import { clean } from '../core/words/text.ts';
import { RegistryError } from '../errors.ts';
import { messageOf, saysAbsent } from '../system/errno.ts';

/**
 * Opens the log to read it; `null`: there is none yet. An unreadable log is an error: otherwise all drifts would be
 * found and told again.
 * @throws RegistryError
 */
export function openToRead(path: string): number | null {
  const descriptor = open(path);
  if (descriptor === null || fstatSync(descriptor).isFile()) return descriptor;
  closeSync(descriptor);
  throw cannotRead(path, 'it is no regular file');
}

function open(path: string): number | null {
  try {
    // Without blocking: a pipe may have taken the file's place.
    return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (cause) {
    if (saysAbsent(cause)) return null;
    throw cannotRead(path, messageOf(cause), cause);
  }
}

function cannotRead(where: string, reason: string, cause?: unknown): RegistryError {
  return new RegistryError(`the log of what was found and told cannot be read: ${clean(reason)}`, {
    where,
    cure: 'make it readable for you; or move it away, and everything is told anew',
    cause,
  });
}
