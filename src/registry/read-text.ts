import { isUtf8 } from 'node:buffer';
import { lstatSync, readFileSync, realpathSync, statSync } from 'node:fs';

export type FileText =
  | { readonly kind: 'read'; readonly text: string; readonly realPath: string; readonly mtime: number }
  | { readonly kind: 'absent' }
  /** `at`: `line:column` of the first byte that is not UTF-8. */
  | { readonly kind: 'not-utf8'; readonly at: string }
  | { readonly kind: 'failed'; readonly cause: Error };

export function readFileText(path: string): FileText {
  try {
    const link = lstatSync(path, { throwIfNoEntry: false });
    if (link === undefined) return { kind: 'absent' };
    const realPath = realpathSync(path);
    const { isFile, nlink, mtimeMs } = describe(realPath);
    if (!isFile) throw new Error('it is not a file');
    if (nlink > 1) throw new Error('it has a second hard link: a rename would part the two');
    const bytes = readFileSync(realPath);
    if (!isUtf8(bytes)) return { kind: 'not-utf8', at: firstBadByte(bytes) };
    return { kind: 'read', text: bytes.toString('utf8'), realPath, mtime: mtimeMs };
  } catch (error) {
    return { kind: 'failed', cause: error instanceof Error ? error : new Error(String(error)) };
  }
}

/** Finds the first byte that is not UTF-8. The column counts characters: the line is UTF-8 up to that byte. */
function firstBadByte(bytes: Buffer): string {
  let line = 1;
  for (let start = 0; start < bytes.length; line += 1) {
    const end = bytes.indexOf(0x0a, start);
    const row = bytes.subarray(start, end === -1 ? bytes.length : end);
    if (!isUtf8(row)) return `${line}:${[...row.toString('utf8')].indexOf('\ufffd') + 1}`;
    start += row.length + 1;
  }
  return '1:1';
}

function describe(path: string) {
  const stat = statSync(path);
  return { isFile: stat.isFile(), nlink: stat.nlink, mtimeMs: stat.mtimeMs };
}
