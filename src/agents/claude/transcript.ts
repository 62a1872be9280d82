import { statSync, type Stats } from 'node:fs';
import { idKey, isId } from '../../core/model/conversation-id.ts';
import type { Beginning } from '../../core/model/evidence.ts';
import type { Transcript } from './observation.ts';
import { fileKey, textAt, withRegular } from '../../system/read-regular.ts';
import type { Listed } from './transcript-index.ts';
import { isObject, objectIn } from '../../system/json.ts';

/** Only so much of the beginning is read, and of an ended conversation the end: transcripts may have gigabytes. */
export const chunkBytes = 64 * 1024;

export interface TranscriptReader {
  /** Reads a transcript; nothing if it is no conversation of its own (a sub-agent's, a stub), or cannot be read. */
  read(one: Listed): readonly Transcript[];
  bytesRead(): number;
}

/** Makes the reader. It reads the beginning of a file, again only while that may still grow or if the file is another. */
export function makeTranscriptReader(): TranscriptReader {
  const cache = new Map<string, { stat: Stats; head: Head }>();
  let bytes = 0;
  const headOf = (path: string, stat: Stats): Head | null => {
    const known = cache.get(path);
    if (known !== undefined && hasSameHead(known.stat, stat)) return known.head;
    const head = withRegular(path, stat, (file) => {
      const read = textAt(file, 0, chunkBytes);
      bytes += read.bytes;
      return readHead(read.text);
    });
    if (head !== null) cache.set(path, { stat, head });
    return head;
  };
  const transcriptOf = ({ id, path, root, ...seen }: Listed): readonly Transcript[] => {
    const stat = seen.stat ?? statSync(path);
    const head = headOf(path, stat);
    if (head === null) return [];
    const { isSidechain, ...about } = head;
    return isSidechain ? [] : [{ id, path, root, size: stat.size, mtime: stat.mtimeMs, ...about }];
  };
  return {
    bytesRead: () => bytes,
    read: (one) => {
      try {
        return transcriptOf(one);
      } catch {
        // Another user wrote it, or it was just cleaned up: it is no conversation of this agent.
        return [];
      }
    },
  };
}

/** Decides whether a file whose beginning was read still has that one: it is the same, or only grew behind it. */
function hasSameHead(before: Stats, now: Stats): boolean {
  if (fileKey(before) === fileKey(now)) return true;
  return before.dev === now.dev && before.ino === now.ino && before.size >= chunkBytes && now.size >= before.size;
}

interface Head extends Pick<Transcript, 'bornAt' | 'cwd' | 'version' | 'entrypoint' | 'isBackground' | 'beginning'> {
  readonly isSidechain: boolean;
}

/** Returns the first value of each field in the first lines: several kinds of line have none of them. */
function readHead(text: string): Head {
  const records = text
    .split('\n')
    .map(parseLine)
    .filter((record) => record !== null);
  const first = (key: string): string | null => {
    const value = records.map((record) => record[key]).find((one) => typeof one === 'string');
    return typeof value === 'string' ? value : null;
  };
  return {
    bornAt: records.map(timeOf).find((at) => at !== null) ?? null,
    cwd: first('cwd'),
    version: first('version'),
    entrypoint: first('entrypoint'),
    isBackground: first('sessionKind') === 'bg',
    beginning: beginningOf(records),
    isSidechain: records[0]?.['isSidechain'] === true,
  };
}

function beginningOf(records: readonly Record<string, unknown>[]): Beginning {
  const parent = records.map(({ forkedFrom }) => forkedFrom).find((one) => one !== undefined && one !== null);
  const id = isObject(parent) ? parent['sessionId'] : null;
  if (typeof id === 'string' && isId(id)) return { kind: 'branch', parent: idKey(id) };
  const isClear = records.some((record) => JSON.stringify(record['message'])?.includes(clearMark) === true);
  return { kind: isClear ? 'clear' : 'unknown' };
}

/** Only a `/clear` writes this into the first lines of a new conversation (seen in 2.1.123 to 2.1.332). */
const clearMark = '<command-name>/clear</command-name>';

/** Parses a line; `null` if it is half written, or cut by the chunk. */
export function parseLine(line: string): Readonly<Record<string, unknown>> | null {
  return line.startsWith('{') ? objectIn(line) : null;
}

export function timeOf(record: Record<string, unknown>): number | null {
  const at = typeof record['timestamp'] === 'string' ? Date.parse(record['timestamp']) : Number.NaN;
  return Number.isNaN(at) ? null : at;
}
