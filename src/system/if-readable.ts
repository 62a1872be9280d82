import { readFileSync, readdirSync, readlinkSync } from 'node:fs';

/** Returns the names in a folder; none if it is missing or unreadable. */
export function names(folder: string): readonly string[] {
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

function ifReadable<Answer>(read: () => Answer): Answer | null {
  try {
    return read();
  } catch {
    return null;
  }
}
