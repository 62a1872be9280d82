import { closeSync, fstatSync, readSync } from 'node:fs';
import { setImmediate as otherWork } from 'node:timers/promises';
import { openToRead, type LinesFile } from './open-to-read.ts';

/** How far a file of lines was read. */
export interface ReadMark {
  /** 0: there was no file. */
  readonly inode: number;
  /** The bytes of whole lines that were read. */
  readonly offset: number;
}

const newline = 0x0a;
/** So much is read at once, and between two pieces other work gets its turn; bytes. */
const pieceBytes = 256 * 1024;

/**
 * Hands on the whole lines that were appended to a file since a mark, piece by piece, so that a long file needs little
 * memory. A file that is missing has no lines.
 * @param mark `null`: from the beginning
 * @returns the mark of now; `null`: another file has taken the place, and nothing was handed on
 * @throws RegistryError if it cannot be opened; the system's error if it cannot be read then
 */
export async function readOn(
  path: string,
  what: LinesFile,
  mark: ReadMark | null,
  take: (lines: readonly string[]) => void,
): Promise<ReadMark | null> {
  const from = mark ?? { inode: 0, offset: 0 };
  const file = openToRead(path, what);
  if (file === null) return from.inode === 0 ? from : null;
  try {
    const { ino: inode, size } = fstatSync(file);
    if (from.inode !== 0 && (from.inode !== inode || size < from.offset)) return null;
    return { inode, offset: await readPieces(file, from.offset, size, take) };
  } finally {
    closeSync(file);
  }
}

/** Returns where the last whole line ends. */
async function readPieces(
  file: number,
  from: number,
  size: number,
  take: (lines: readonly string[]) => void,
): Promise<number> {
  let offset = from;
  let length = pieceBytes;
  while (offset < size) {
    const piece = Buffer.allocUnsafe(Math.min(length, size - offset));
    const bytes = readSync(file, piece, 0, piece.length, offset);
    const whole = piece.subarray(0, bytes).lastIndexOf(newline) + 1;
    if (whole > 0) {
      take(piece.toString('utf8', 0, whole - 1).split('\n'));
      offset += whole;
      length = pieceBytes;
    } else if (bytes < length) {
      // The last line is still being written.
      break;
    } else length *= 2;
    await otherWork();
  }
  return offset;
}
