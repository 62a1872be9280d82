import type { Readable } from 'node:stream';

/**
 * Returns what a stream says until its end, at most so many bytes, and at most for so long: a caller may have left it
 * open. What came until then counts.
 * @param isWhole decides whether the text needs no more
 */
export async function readInput(
  stream: Readable,
  {
    bytes,
    deadlineMs,
    isWhole,
  }: {
    readonly bytes: number;
    readonly deadlineMs: number;
    readonly isWhole?: (text: string) => boolean;
  },
): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  const late = setTimeout(() => stream.destroy(), deadlineMs);
  try {
    for await (const part of stream) {
      const read = Buffer.from(part);
      parts.push(read);
      size += read.length;
      if (size >= bytes || isWhole?.(Buffer.concat(parts).toString('utf8')) === true) break;
    }
  } catch {
    // Ended by the deadline, or by the caller.
  } finally {
    clearTimeout(late);
  }
  return Buffer.concat(parts).toString('utf8', 0, bytes);
}
