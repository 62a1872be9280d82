import { closeSync, constants, fstatSync, openSync, readSync, statSync, type Stats } from 'node:fs';

/** A settings file or a record is a few KiB; a longer file is none; bytes. */
const usualLimit = 1 << 20;

/**
 * Returns the text of a regular file; `null` if something else is there, or more than `limit` bytes.
 * @param stat the state of the path just now
 * @throws if the file cannot be opened or read
 */
export function readRegular(path: string, stat: Stats, limit = usualLimit): string | null {
  return withRegular(path, stat, (file, size) => (size > limit ? null : textAt(file, 0, size).text));
}

/** Does as `readRegular` for a path that may be anything; `null` also if nothing is there, or it cannot be read. */
export function regularText(path: string, limit = usualLimit): string | null {
  try {
    return readRegular(path, statSync(path), limit);
  } catch {
    return null;
  }
}

/** Returns a name for a file's state: as long as it stays the same, the text that was read still holds. */
export function fileKey({ dev, ino, size, mtimeMs }: Stats): string {
  return `${dev} ${ino} ${size} ${mtimeMs}`;
}

/**
 * Opens a regular file and passes its descriptor and its size on; `null` if something else is there. It never waits: a
 * pipe or a device that took the file's place since `stat` is opened without blocking, and closed again.
 * @throws if the file cannot be opened or read
 */
export function withRegular<Answer>(
  path: string,
  stat: Stats,
  use: (file: number, size: number) => Answer,
): Answer | null {
  // Opening some devices has an effect by itself.
  if (!stat.isFile()) return null;
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  try {
    const now = fstatSync(file);
    return now.isFile() ? use(file, now.size) : null;
  } finally {
    closeSync(file);
  }
}

/** Returns the text of an open file from an offset on, at most `limit` bytes. */
export function textAt(file: number, from: number, limit: number): { readonly text: string; readonly bytes: number } {
  // A buffer of its own for each of a thousand files takes longer than to read them.
  const buffer = limit <= shared.length ? shared : Buffer.allocUnsafe(limit);
  const bytes = readSync(file, buffer, 0, limit, from);
  return { text: buffer.toString('utf8', 0, bytes), bytes };
}

const shared = Buffer.allocUnsafeSlow(64 * 1024);
