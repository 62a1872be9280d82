import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import { clean } from '../core/words/text.ts';
import { RegistryError } from '../errors.ts';
import { codeOf, messageOf, saysAbsent } from '../system/errno.ts';
import { shortageOf } from '../system/shortage.ts';

/** What a file of lines is, for people. */
export interface LinesFile {
  readonly name: string;
  /** What follows if the user moves it away. */
  readonly withoutIt: string;
}

/**
 * Opens a file of lines to read it; `null`: there is none yet. An unreadable one is an error, because it would look like
 * none: all drifts would be found and told again, and no monitor would ever have watched.
 * @throws RegistryError
 */
export function openToRead(path: string, file: LinesFile): number | null {
  const descriptor = open(path, file);
  if (descriptor === null || fstatSync(descriptor).isFile()) return descriptor;
  closeSync(descriptor);
  throw cannotRead(path, file, 'it is no regular file');
}

function open(path: string, file: LinesFile): number | null {
  try {
    // Without blocking: a pipe may have taken the file's place.
    return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (cause) {
    if (saysAbsent(cause)) return null;
    throw cannotRead(path, file, messageOf(cause), cause);
  }
}

/** Returns the error for a file of lines, or a reader's position in it, that cannot be read. */
export function cannotRead(
  where: string,
  { name, withoutIt }: LinesFile,
  reason: string,
  cause?: unknown,
): RegistryError {
  const shortage = shortageOf(codeOf(cause));
  return new RegistryError(`${name} cannot be read: ${shortage?.reason ?? clean(reason)}`, {
    where,
    cure: shortage?.cure ?? `make it readable for you; or move it away, and ${withoutIt}`,
    cause,
  });
}
