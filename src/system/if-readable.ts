import { readFileSync, readdirSync, readlinkSync, statSync, type Stats } from 'node:fs';
import { fileKey } from './read-regular.ts';

/** Returns the names in a folder; none if it is missing or unreadable. */
export function namesOrNone(folder: string): readonly string[] {
  return ifReadable(() => readdirSync(folder)) ?? [];
}

/** Returns the text of a file; `null` if it is missing or unreadable. */
export function readText(path: string): string | null {
  return ifReadable(() => readFileSync(path, 'utf8'));
}

/** Returns the target of a link; `null` if it is missing or unreadable. */
export function readLink(path: string): string | null {
  return ifReadable(() => readlinkSync(path));
}

/** Returns the state of a path; `null` if it is missing or unreadable. */
export function statOrNull(path: string): Stats | null {
  return ifReadable(() => statSync(path, { throwIfNoEntry: false }) ?? null);
}

/** Decides whether a socket is at the path. */
export function isSocket(path: string): boolean {
  return statOrNull(path)?.isSocket() === true;
}

/** Names the state of a file: it stays the same as long as the file does; empty if it is missing or unreadable. */
export function fileKeyAt(path: string): string {
  const stat = statOrNull(path);
  return stat === null ? '' : fileKey(stat);
}

/** Returns the answer; `null` if what it reads is missing or unreadable. */
export function ifReadable<Answer>(read: () => Answer): Answer | null {
  try {
    return read();
  } catch {
    return null;
  }
}
