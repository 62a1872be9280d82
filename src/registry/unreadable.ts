import type { ReadResult } from './registry-file.ts';
import type { Refusal } from './refusal.ts';
import { codeOf } from '../system/errno.ts';

export function unreadable(path: string, { message, at, cure }: Refusal): ReadResult {
  return { kind: 'unreadable', message: `the registry cannot be read: ${message}`, where: `${path}:${at}`, cure };
}

/** What the file system or the decoder says against a file. */
export function unreadableFile(path: string, cause: Error): ReadResult {
  const code = codeOf(cause);
  const [reason, cure] = explanations[code] ?? [cause.message, 'name another file with --registry, or mend this one'];
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

/** A mount that is away, a writer at work: not a first run. */
export function gone(path: string, message: string): ReadResult {
  return {
    kind: 'unreadable',
    message,
    where: path,
    cure: 'bring it back (the state folder keeps backups), or write `sessions: {}` into it to start again',
  };
}
