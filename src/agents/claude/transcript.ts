import { statSync } from 'node:fs';
import { idKey, isId } from '../../core/model/conversation-id.ts';
import type { Beginning } from '../../core/model/evidence.ts';
import type { Transcript } from './observation.ts';
import { fileKey, textAt, withRegular } from '../../system/read-regular.ts';
import type { Listed } from './transcript-index.ts';
import { isObject, objectIn } from '../../system/json.ts';

/** Only so much of the beginning and the end is read: transcripts may have gigabytes. */
export const chunkBytes = 64 * 1024;

export interface TranscriptReader {
  /** Reads a transcript; nothing if it is no conversation of its own (a sub-agent's, a stub), or cannot be read. */
  read(one: Listed): readonly Transcript[];
  bytesRead(): number;
}

/** Makes the reader. It reads a file again only when it has changed; of a file that grew only the end. */
export function makeTranscriptReader(): TranscriptReader {
  const cache = new Map<string, { key: string; inode: number; head: Head; transcript: Transcript | null }>();
  let bytes = 0;
  const chunk = (file: number, from: number): string => {
    const read = textAt(file, from, chunkBytes);
    bytes += read.bytes;
    return read.text;
  };
  const transcriptOf = ({ id, path, root, ...seen }: Listed): Transcript | null => {
    const stat = seen.stat ?? statSync(path);
    const key = fileKey(stat);
    const known = cache.get(path);
    if (known?.key === key) return known.transcript;
    const keepsHead = known?.inode === stat.ino && known.head.bornAt !== null;
    const said = withRegular(path, stat, (file) => {
      const from = Math.max(0, stat.size - chunkBytes);
      const first = keepsHead && from > 0 ? '' : chunk(file, 0);
      const head = keepsHead ? known.head : readHead(first);
      // A last line of megabytes hides its time, which is no earlier than the first.
      const lastAt = head.isSidechain ? null : (lastTime(from > 0 ? chunk(file, from) : first) ?? head.bornAt);
      return { head, lastAt };
    });
    if (said === null) return null;
    const { isSidechain, ...about } = said.head;
    const base = { id, path, root, size: stat.size, mtime: stat.mtimeMs, lastAt: said.lastAt };
    const transcript = isSidechain ? null : { ...base, ...about };
    cache.set(path, { key, inode: stat.ino, head: said.head, transcript });
    return transcript;
  };
  return {
    bytesRead: () => bytes,
    read: (one) => {
      try {
        return [transcriptOf(one)].filter((each) => each !== null);
      } catch {
        // Another user wrote it, or it was just cleaned up: it is no conversation of this agent.
        return [];
      }
    },
  };
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

function lastTime(text: string): number | null {
  for (const line of text.split('\n').toReversed()) {
    const record = parseLine(line);
    const at = record === null ? null : timeOf(record);
    if (at !== null) return at;
  }
  return null;
}

/** Parses a line; `null` if it is half written, or cut by the chunk. */
export function parseLine(line: string): Readonly<Record<string, unknown>> | null {
  return line.startsWith('{') ? objectIn(line) : null;
}

export function timeOf(record: Record<string, unknown>): number | null {
  const at = typeof record['timestamp'] === 'string' ? Date.parse(record['timestamp']) : Number.NaN;
  return Number.isNaN(at) ? null : at;
}
