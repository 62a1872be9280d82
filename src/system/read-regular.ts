import { closeSync, constants, fstatSync, openSync, readSync, statSync, type Stats } from 'node:fs';

/** A settings file or a record is a few KiB; what is longer is none. */
const usualLimit = 1 << 20;

/**
 * Returns the text of a regular file; `null` where something else stands there, or more than `limit` bytes.
 * @param stat what stood at the path just now
 * @throws if the file cannot be opened or read
 */
export function readRegular(path: string, stat: Stats, limit = usualLimit): string | null {
  return withRegular(path, stat, (file, size) => (size > limit ? null : textAt(file, 0, size).text));
}

/** As `readRegular`, of a path at which anything may stand; `null` also where nothing does, or it may not be read. */
export function regularText(path: string, limit = usualLimit): string | null {
  try {
    return readRegular(path, statSync(path), limit);
  } catch {
    return null;
  }
}

/** Names a state of a file: as long as it stays the same, what was read of the file still holds. */
export function fileKey({ dev, ino, size, mtimeMs }: Stats): string {
  return `${dev} ${ino} ${size} ${mtimeMs}`;
}

/**
 * Opens a regular file and hands its descriptor and its size on; `null` where something else stands there. It never
 * waits: a pipe or a device that took the file's place since `stat` is opened without blocking, and closed again.
 * @throws if the file cannot be opened or read
 */
export function withRegular<Answer>(
  path: string,
  stat: Stats,
  use: (file: number, size: number) => Answer,
): Answer | null {
  // Opening some devices does something by itself.
  if (!stat.isFile()) return null;
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  try {
    const now = fstatSync(file);
    return now.isFile() ? use(file, now.size) : null;
  } finally {
    closeSync(file);
  }
}

/** Returns what stands in an open file from there on, at most `limit` bytes of it. */
export function textAt(file: number, from: number, limit: number): { readonly text: string; readonly bytes: number } {
  const buffer = Buffer.allocUnsafe(limit);
  const bytes = readSync(file, buffer, 0, limit, from);
  return { text: buffer.toString('utf8', 0, bytes), bytes };
}
