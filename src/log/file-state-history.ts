import { closeSync, fstatSync, openSync, readSync, utimesSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { EntryId } from '../core/model/branded.ts';
import type { StateLine } from '../core/model/state.ts';
import { readText, statOrNull } from '../system/if-readable.ts';
import { isObject, jsonIn } from '../system/json.ts';
import { makeOwnFolder } from '../system/own-folder.ts';
import { namingPlace, writeStateFile } from '../system/replace-file.ts';
import type { StateHistory } from './state-history.ts';

/** Older lines stay so much longer, so that the file is rewritten at most once a day; ms. */
const pruneEveryMs = 86_400_000;

interface Options {
  /** The registry's state folder, which the first write makes. */
  readonly dir: string;
  /** The id of this place: a monitor of another place that shares the folder sees other sessions. */
  readonly place: string;
  readonly now: () => number;
  /** Decides whether a living monitor of this place watches the registry. */
  readonly isWatched: () => Promise<boolean>;
}

/**
 * The state history in one file of JSON lines for each place. Only the process that holds the place's lease writes it,
 * so no lock is needed. The file's mtime is the last sign of the watch.
 */
export class FileStateHistory implements StateHistory {
  readonly #options: Options;
  readonly #path: string;

  constructor(options: Options) {
    this.#options = options;
    this.#path = join(options.dir, `states-${options.place}.jsonl`);
  }

  append(lines: readonly StateLine[]): Promise<void> {
    if (lines.length > 0) {
      makeOwnFolder(this.#options.dir);
      appendText(this.#path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    }
    return this.beat();
  }

  async beat(): Promise<void> {
    const seconds = this.#options.now() / 1_000;
    if (statOrNull(this.#path) !== null) utimesSync(this.#path, seconds, seconds);
  }

  async read(since: number): Promise<readonly StateLine[]> {
    return inForceAt(this.#lines(), since);
  }

  async watchedUntil(): Promise<number | null> {
    const lines = this.#lines();
    const mark = lastMark(lines);
    if (mark?.kind === 'watch-ended') return mark.at;
    if (mark !== null && (await this.#options.isWatched())) return this.#options.now();
    return this.#signIn(lines);
  }

  async lastSign(): Promise<number | null> {
    return this.#signIn(this.#lines());
  }

  async prune(before: number): Promise<void> {
    const lines = this.#lines();
    if (!lines.some(({ at }) => at < before - pruneEveryMs)) return;
    const kept = inForceAt(lines, before);
    if (kept.length === lines.length) return;
    writeStateFile(this.#path, kept.map((line) => `${JSON.stringify(line)}\n`).join(''));
  }

  #signIn(lines: readonly StateLine[]): number | null {
    const last = lines.at(-1);
    if (last === undefined) return null;
    if (last.kind === 'watch-ended') return last.at;
    const touched = Math.floor(statOrNull(this.#path)?.mtimeMs ?? 0);
    return Math.max(last.at, Math.min(touched, this.#options.now()));
  }

  #lines(): readonly StateLine[] {
    return (readText(this.#path) ?? '').split('\n').flatMap(readLine);
  }
}

/** Appends with one write. A line that a killed writer left unfinished is closed first. */
function appendText(path: string, text: string): void {
  const descriptor = openSync(path, 'a+', 0o600);
  try {
    const { size } = fstatSync(descriptor);
    const last = Buffer.alloc(1);
    const isTorn = size > 0 && readSync(descriptor, last, 0, 1, size - 1) === 1 && last.toString() !== '\n';
    const bytes = Buffer.from(isTorn ? `\n${text}` : text);
    const written = namingPlace(path, () => writeSync(descriptor, bytes));
    if (written !== bytes.length) throw Object.assign(new Error('ENOSPC: the disk is full'), { code: 'ENOSPC', path });
  } finally {
    closeSync(descriptor);
  }
}

/** Returns the lines from `since` on, and before them the lines that were in force then. */
function inForceAt(lines: readonly StateLine[], since: number): readonly StateLine[] {
  const first = lines.findIndex(({ at }) => at >= since);
  const before = first < 0 ? lines : lines.slice(0, first);
  const last = new Map<EntryId, StateLine>();
  for (const line of before) {
    if (line.kind === 'state') last.set(line.entry, line);
    else if (line.kind === 'removed') last.delete(line.entry);
  }
  const inForce = new Set<StateLine | null>([...last.values(), lastMark(before)]);
  return [...before.filter((line) => inForce.has(line)), ...lines.slice(before.length)];
}

function lastMark(lines: readonly StateLine[]): Extract<StateLine, { kind: 'watch-began' | 'watch-ended' }> | null {
  for (const line of lines.toReversed()) if (line.kind === 'watch-began' || line.kind === 'watch-ended') return line;
  return null;
}

/** Reads a line; none if it is broken, or of a kind that only another version knows. */
function readLine(text: string): StateLine[] {
  const value = jsonIn(text);
  if (!isObject(value) || typeof value['at'] !== 'number') return [];
  const { kind, entry, state } = value;
  // Only processes of this program write here (mode 0600): the kind says what else the line holds.
  if (kind === 'watch-began' || kind === 'watch-ended') return [value as unknown as StateLine];
  const isOfSession = typeof entry === 'string' && (kind === 'removed' || (kind === 'state' && isObject(state)));
  return isOfSession ? [value as unknown as StateLine] : [];
}
