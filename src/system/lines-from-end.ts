import { readSync } from 'node:fs';

const chunkBytes = 1 << 16;
const lineBreak = 0x0a;

/**
 * Yields the lines of an open file, the last one first, and reads no further than the caller asks. An empty line is left
 * out, and so is a line of which only a part lies in the last `bytesAtMost` bytes.
 */
export function* linesFromEnd(file: number, size: number, bytesAtMost = Infinity): Generator<string> {
  const start = Math.max(0, size - bytesAtMost);
  let from = size;
  /** The beginning of this line lies in the chunk before. */
  let rest: Buffer = Buffer.alloc(0);
  while (from > start) {
    const to = from;
    from = Math.max(start, to - chunkBytes);
    const chunk = Buffer.concat([bytesOf(file, from, to), rest]);
    let end = chunk.length;
    for (
      let at = chunk.lastIndexOf(lineBreak, end - 1);
      at >= 0;
      at = at === 0 ? -1 : chunk.lastIndexOf(lineBreak, at - 1)
    ) {
      if (at + 1 < end) yield chunk.toString('utf8', at + 1, end);
      end = at;
    }
    rest = chunk.subarray(0, end);
  }
  if (start === 0 && rest.length > 0) yield rest.toString();
}

function bytesOf(file: number, from: number, to: number): Buffer {
  const buffer = Buffer.allocUnsafe(to - from);
  const bytes = readSync(file, buffer, 0, buffer.length, from);
  return buffer.subarray(0, bytes);
}
