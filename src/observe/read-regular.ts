import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';

/** A settings file or a record is a few KiB; what is longer is none. */
const usualLimit = 1 << 20;

/**
 * Returns the text of a regular file; `null` where something else stands there, or more than `limit` bytes. It never
 * waits: a pipe or a device that took the file's place since `stat` is opened without blocking, and closed again.
 * @param stat what stood at the path just now
 * @throws if the file cannot be opened or read
 */
export function readRegular(path: string, stat: Stats, limit = usualLimit): string | null {
  // Opening some devices does something by itself.
  if (!stat.isFile()) return null;
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  try {
    const { size } = fstatSync(file);
    if (!fstatSync(file).isFile() || size > limit) return null;
    const bytes = Buffer.allocUnsafe(size);
    return bytes.toString('utf8', 0, readSync(file, bytes, 0, size, 0));
  } finally {
    closeSync(file);
  }
}
