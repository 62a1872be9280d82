import type { ReadResult } from './registry-file.ts';
import type { Refusal } from './why-unreadable.ts';
import { codeOf } from '../system/errno.ts';
import { shortageOf } from '../system/shortage.ts';

/** Returns the answer for a text that is refused as a registry. */
export function unreadable(path: string, { message, at, cure }: Refusal): ReadResult {
  return { kind: 'unreadable', message: `the registry cannot be read: ${message}`, where: `${path}:${at}`, cure };
}

/** Returns the answer for a file that cannot be read or decoded. */
export function unreadableFile(path: string, cause: Error): ReadResult {
  const code = codeOf(cause);
  const shortage = shortageOf(code);
  const [reason, cure] = explanations[code] ?? [
    shortage?.reason ?? cause.message,
    shortage?.cure ?? 'name another file with --registry, or mend this one',
  ];
  return { kind: 'unreadable', message: `the registry cannot be read: ${reason}`, where: path, cure };
}

const explanations: Record<string, readonly [string, string]> = {
  EACCES: ['permission denied', 'make it readable for you'],
  EPERM: ['permission denied', 'make it readable for you'],
  ENOENT: ['it is a link that leads nowhere', 'mend the link'],
  ELOOP: ['its links lead in a circle', 'mend the link'],
  ENOTDIR: ['a part of its path is not a folder', 'name another file with --registry'],
  ENAMETOOLONG: ['its path is too long', 'name another file with --registry'],
};

/** Returns the answer for a missing file that is no first run: a mount is away, or a writer is at work. */
export function gone(path: string, message: string): ReadResult {
  return {
    kind: 'unreadable',
    message,
    where: path,
    cure: 'bring it back (the state folder keeps backups), or write `sessions: {}` into it to start again',
  };
}
