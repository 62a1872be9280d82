import { join } from 'node:path';
import type { Process } from '../../core/model/observation.ts';
import { isId } from '../../core/model/conversation-id.ts';
import type { ClaudeLive, ClaudeObservation } from './observation.ts';
import { fileKey } from '../../system/read-regular.ts';
import type { FileReads } from '../../system/file-reads.ts';
import { objectIn } from '../../system/json.ts';

export interface LiveAsk {
  readonly roots: readonly string[];
  /** Every process of the observed panes. */
  readonly processes: readonly Process[];
  /** Finds when a process started, as an opaque string; `null` if no such process can be read. */
  readonly startOf: (pid: number) => Promise<string | null>;
  readonly files: FileReads;
}

/**
 * Makes the reader of Claude's own records of living processes: of those in the panes, and of all others, to which
 * their conversations belong. Killed processes leave theirs, by the thousand after a while: these are only listed. Of a
 * record that did not change since the last pass only size and time are read.
 */
export function makeLiveReader(): (ask: LiveAsk) => Promise<Pick<ClaudeObservation, 'live' | 'foreign'>> {
  let known: Cache = new Map();
  return async ({ roots, processes, startOf, files }) => {
    const fresh: Cache = new Map();
    const inPanes = new Map(processes.map((process) => [process.pid, process]));
    const live = new Map<number, ClaudeLive>();
    const foreign = new Map<number, ClaudeLive>();
    for (const { path, pid } of roots.flatMap((root) => recordsIn(root, files))) {
      const process = inPanes.get(pid);
      const start = process?.start ?? (await startOf(pid));
      if (start === null) continue;
      const kept = readRecord(path, pid, known.get(path), files);
      if (kept === null) continue;
      fresh.set(path, kept);
      const record = parsedFor(pid, kept);
      if (record === null) continue;
      if (process !== undefined && !live.has(pid) && isOf(process, record)) live.set(pid, record);
      if (process === undefined && !foreign.has(pid) && mayBeOf(start, record)) foreign.set(pid, record);
    }
    known = fresh;
    return { live, foreign };
  };
}

interface Kept {
  readonly key: string;
  readonly record: ClaudeLive | null;
}

type Cache = Map<string, Kept>;

/** Lists the records of a root, once. The `*.key` files beside the records are secrets. */
function recordsIn(root: string, files: FileReads): readonly { readonly path: string; readonly pid: number }[] {
  const folder = join(root, 'sessions');
  const names = files.names(folder, { kind: 'records', pid: null });
  if (names === null || names === 'unreadable') return [];
  return names.flatMap((name) => {
    const pid = /^(\d+)\.json$/.exec(name)?.[1];
    return pid === undefined ? [] : [{ path: `${folder}/${name}`, pid: Number(pid) }];
  });
}

/** Reads a record; `null` if it is gone by now, or cannot be read. */
function readRecord(path: string, pid: number, known: Kept | undefined, files: FileReads): Kept | null {
  const hides = { kind: 'records', pid } as const;
  // The state is taken before the file is read: a write meanwhile is read by the next pass.
  const stat = files.stat(path, hides);
  if (stat === null || stat === 'unreadable') return null;
  const key = fileKey(stat);
  if (known?.key === key) return known;
  const text = files.text(path, hides, stat);
  return text === null || text === 'unreadable' ? null : { key, record: parse(path, text) };
}

function parsedFor(pid: number, { record }: Kept): ClaudeLive | null {
  return record?.pid === pid ? record : null;
}

/**
 * Decides whether a record is of this process. A kill leaves the record of an earlier process with that pid until the
 * next start.
 */
function isOf(process: Process, { procStart, startedAt }: ClaudeLive): boolean {
  if (procStart !== null) return procStart === process.start;
  return Math.abs((startedAt ?? 0) - process.startedAt) <= 10_000;
}

/**
 * Decides whether a record is of the living process with that start. A record without one may be another process's by
 * now: then the folder counts as shared.
 */
function mayBeOf(start: string, { procStart }: ClaudeLive): boolean {
  return procStart === null || procStart === start;
}

function parse(path: string, text: string): ClaudeLive | null {
  const fields = objectIn(text);
  if (fields === null) return null;
  const word = (key: string) => (typeof fields[key] === 'string' ? fields[key] : null);
  const count = (key: string) => (typeof fields[key] === 'number' ? fields[key] : null);
  const [sessionId, pid, status] = [word('sessionId'), count('pid'), word('status')];
  if (sessionId === null || !isId(sessionId) || pid === null) return null;
  return {
    pid,
    sessionId,
    cwd: word('cwd'),
    startedAt: count('startedAt'),
    procStart: word('procStart'),
    version: word('version'),
    kind: word('kind'),
    entrypoint: word('entrypoint'),
    tmux: paneOf(word('tmux')),
    status: status === 'idle' || status === 'busy' || status === 'waiting' || status === 'shell' ? status : null,
    waitingFor: word('waitingFor'),
    statusUpdatedAt: count('statusUpdatedAt'),
    updatedAt: count('updatedAt'),
    parkedJobId: word('parkedJobId'),
    jobId: word('jobId'),
    path,
  };
}

/** Parses `<session>:@<window>.%<pane>`: the session's name is that of the start, and may hold anything. */
function paneOf(text: string | null): ClaudeLive['tmux'] {
  const [, windowId, paneId] = /:(@\d+)\.(%\d+)$/.exec(text ?? '') ?? [];
  return windowId === undefined || paneId === undefined ? null : { windowId, paneId };
}
