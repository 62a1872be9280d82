import { closeSync, fstatSync, fsyncSync, openSync, readSync, statSync, writeSync } from 'node:fs';
import { makeForFolderOwner } from '../system/folder-owner.ts';
import { namingPlace } from '../system/replace-file.ts';
import { afterRotation } from './rotation.ts';

/** Appends all lines with one write. If the file was rotated away meanwhile, the lines are written again. */
export async function appendLines(
  path: string,
  place: string,
  lines: readonly string[],
  durable: boolean,
): Promise<void> {
  for (;;) {
    const file = openToAppend(path);
    try {
      const { ino } = fstatSync(file);
      writeLines(file, path, lines);
      if (durable) namingPlace(path, () => fsyncSync(file));
      await afterRotation(path, place);
      if (inodeOf(path) === ino) return;
    } finally {
      closeSync(file);
    }
  }
}

/** Opens a file that only its owner may read, so that `writeLines` can append to it. */
export function openToAppend(path: string): number {
  makeForFolderOwner(path);
  return openSync(path, 'a+', 0o600);
}

/**
 * Writes all lines at the end of an open file, with one write. A line that a killed writer left unfinished is closed
 * first.
 * @param path the file's, for an error
 */
export function writeLines(file: number, path: string, lines: readonly string[]): void {
  const { size } = fstatSync(file);
  const last = Buffer.alloc(1);
  const isTorn = size > 0 && readSync(file, last, 0, 1, size - 1) === 1 && last[0] !== newline;
  const text = Buffer.from(`${isTorn ? '\n' : ''}${lines.join('\n')}\n`);
  const written = namingPlace(path, () => writeSync(file, text));
  if (written !== text.length) throw halfWritten(path, written, text.length);
}

/** Returns the error for a write that was cut short: a full disk takes a part, and only the next write fails. */
function halfWritten(path: string, written: number, length: number): Error {
  const error = new Error(`ENOSPC: only ${written} of ${length} bytes were written`);
  return Object.assign(error, { code: 'ENOSPC', path });
}

const newline = 0x0a;

function inodeOf(path: string): number | null {
  return statSync(path, { throwIfNoEntry: false })?.ino ?? null;
}
