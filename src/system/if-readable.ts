import { readFileSync, readdirSync, readlinkSync } from 'node:fs';

/** Returns the names in a folder; none where it is not there or may not be read. */
export function names(folder: string): readonly string[] {
  return ifReadable(() => readdirSync(folder)) ?? [];
}

/** Returns the text of a file; `null` where it is not there or may not be read. */
export function readText(path: string): string | null {
  return ifReadable(() => readFileSync(path, 'utf8'));
}

/** Returns where a link leads; `null` where there is none or it may not be read. */
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
