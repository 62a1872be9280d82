import { closeSync, openSync, readSync } from 'node:fs';
import { basename } from 'node:path';
import type { Transcript } from '../core/observation.ts';
import { absentOr, statOf } from './absent-or-blind.ts';

/** Transcripts may have gigabytes: only so much of the beginning and the end is read. */
const chunkBytes = 64 * 1024;

export interface TranscriptReader {
  /** What the file says of itself; nothing if it is no conversation of its own (a sub-agent's, a stub). */
  read(path: string): readonly Transcript[];
  bytesRead(): number;
}

/** Keeps what it read until the file changes; of a file that grew only the end is read again. */
export function makeTranscriptReader(): TranscriptReader {
  const cache = new Map<string, { key: string; inode: number; head: Head; transcript: Transcript | null }>();
  let bytes = 0;
  const chunk = (path: string, from: number): string => {
    const descriptor = openSync(path, 'r');
    try {
      const buffer = Buffer.allocUnsafe(chunkBytes);
      const length = readSync(descriptor, buffer, 0, chunkBytes, from);
      bytes += length;
      return buffer.toString('utf8', 0, length);
    } finally {
      closeSync(descriptor);
    }
  };
  const read = (path: string): Transcript | null => {
    const stat = statOf(path);
    if (stat === null) return null;
    const key = `${stat.dev} ${stat.ino} ${stat.size} ${stat.mtimeMs}`;
    const known = cache.get(path);
    if (known?.key === key) return known.transcript;
    const keepsHead = known?.inode === stat.ino && known.head.bornAt !== null;
    const head = keepsHead ? known.head : readHead(chunk(path, 0));
    const { bornAt, cwd } = head;
    // A last line of megabytes hides its time; it is no earlier than the first.
    const lastAt = head.isSidechain ? null : (lastTime(chunk(path, Math.max(0, stat.size - chunkBytes))) ?? bornAt);
    const id = basename(path, '.jsonl');
    const transcript = head.isSidechain
      ? null
      : { id, path, size: stat.size, mtime: stat.mtimeMs, bornAt, cwd, lastAt };
    cache.set(path, { key, inode: stat.ino, head, transcript });
    return transcript;
  };
  return {
    bytesRead: () => bytes,
    read: (path) => {
      try {
        return [read(path)].filter((one) => one !== null);
      } catch (error) {
        // It moved or was cleaned up while it was looked at.
        absentOr(error);
        return [];
      }
    },
  };
}

interface Head {
  readonly bornAt: number | null;
  readonly cwd: string | null;
  readonly isSidechain: boolean;
}

/** The first time and the first working directory; several kinds of line have neither. */
function readHead(text: string): Head {
  let bornAt: number | null = null;
  let cwd: string | null = null;
  const lines = text.split('\n');
  for (const [index, line] of lines.entries()) {
    const record = parse(line);
    if (record === null) continue;
    if (index === 0 && record['isSidechain'] === true) return { bornAt: null, cwd: null, isSidechain: true };
    bornAt ??= timeOf(record);
    if (cwd === null && typeof record['cwd'] === 'string') cwd = record['cwd'];
    if (bornAt !== null && cwd !== null) break;
  }
  return { bornAt, cwd, isSidechain: false };
}

function lastTime(text: string): number | null {
  for (const line of text.split('\n').toReversed()) {
    const record = parse(line);
    const at = record === null ? null : timeOf(record);
    if (at !== null) return at;
  }
  return null;
}

/** A line may be half written, or cut by the chunk. */
function parse(line: string): Record<string, unknown> | null {
  if (!line.startsWith('{')) return null;
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

function timeOf(record: Record<string, unknown>): number | null {
  const at = typeof record['timestamp'] === 'string' ? Date.parse(record['timestamp']) : Number.NaN;
  return Number.isNaN(at) ? null : at;
}
