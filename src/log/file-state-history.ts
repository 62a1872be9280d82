import { closeSync, fstatSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import type { EntryId } from '../core/model/branded.ts';
import type { StateLine } from '../core/model/state.ts';
import { ifReadable, statOrNull } from '../system/if-readable.ts';
import { linesFromEnd } from '../system/lines-from-end.ts';
import { makeOwnFolder } from '../system/own-folder.ts';
import { withRegular } from '../system/read-regular.ts';
import { writeStateFile } from '../system/replace-file.ts';
import { openToAppend, writeLines } from './append-lines.ts';
import { openToRead } from './open-to-read.ts';
import { readOn, type ReadMark } from './read-on.ts';
import { stateLineReader } from './state-line-reader.ts';
import type { StateHistory } from './state-history.ts';

/** Older lines stay so much longer, so that the file is rewritten at most once a day; ms. */
const pruneEveryMs = 86_400_000;
/** What `endOf` reads at most: some days of 30 sessions, in a few ms. */
const endBytes = 2 << 20;
/** A living monitor whose last sign is older cannot write the history, or slept; ms. It is two of the writer's signs. */
const signLivesMs = 120_000;

const theHistory = { name: 'the history of what sessions were', withoutIt: 'it begins anew' };

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
  /** The file that was written last; `null`: none yet. */
  #inode: number | null = null;

  constructor(options: Options) {
    this.#options = options;
    this.#path = join(options.dir, `states-${options.place}.jsonl`);
  }

  async append(lines: readonly StateLine[]): Promise<void> {
    if (lines.length > 0) {
      makeOwnFolder(this.#options.dir);
      appendTo(this.#path, lines);
      this.#inode = this.#inodeNow();
    }
    return this.beat();
  }

  async isThere(): Promise<boolean> {
    return this.#inode !== null && this.#inodeNow() === this.#inode;
  }

  async beat(): Promise<void> {
    const seconds = this.#options.now() / 1_000;
    if (statOrNull(this.#path) !== null) utimesSync(this.#path, seconds, seconds);
  }

  async read(since: number): Promise<readonly StateLine[]> {
    return this.#allFromEnd((texts) => inForceAt(texts, since));
  }

  async changesSince(since: number): Promise<readonly StateLine[]> {
    return this.#allFromEnd((texts) => youngIn(texts, since));
  }

  async endOf(entries: ReadonlySet<EntryId>): Promise<readonly StateLine[]> {
    const subjects = new Set([watch, ...[...entries].map(subjectOfEntry)]);
    return this.#fromEnd((texts) => linesAbout(texts, subjects), endBytes);
  }

  readOn(mark: ReadMark | null, take: (lines: readonly StateLine[]) => void): Promise<ReadMark | null> {
    const read = stateLineReader();
    return readOn(this.#path, theHistory, mark, (texts) => take([...linesIn(texts, read)]));
  }

  async watchedUntil(): Promise<number | null> {
    const last = this.#last();
    if (last === null || last.kind === 'watch-ended') return last?.at ?? null;
    const sign = this.#signAfter(last);
    const now = this.#options.now();
    return now - sign <= signLivesMs && (await this.#options.isWatched()) ? now : sign;
  }

  async lastSign(): Promise<number | null> {
    const last = this.#last();
    return last === null ? null : this.#signAfter(last);
  }

  async prune(before: number): Promise<void> {
    // Read once: a second read that fails would say that nothing is to be kept.
    const texts = this.#allFromEnd((all) => [...all]);
    const lines = [...linesIn(texts)];
    if (!lines.some(({ at }) => at < before - pruneEveryMs)) return;
    const kept = inForceAt(texts, before);
    if (kept.length === lines.length) return;
    writeStateFile(this.#path, kept.map((line) => `${JSON.stringify(line)}\n`).join(''));
    this.#inode = this.#inodeNow();
  }

  #inodeNow(): number | null {
    return statOrNull(this.#path)?.ino ?? null;
  }

  #signAfter(last: StateLine): number {
    if (last.kind === 'watch-ended') return last.at;
    const touched = Math.floor(statOrNull(this.#path)?.mtimeMs ?? 0);
    return Math.max(last.at, Math.min(touched, this.#options.now()));
  }

  /** Returns the last line: a watch that ended is followed by nothing but the beginning of another. */
  #last(): StateLine | null {
    return this.#fromEnd((texts) => newestIn(texts)).at(-1) ?? null;
  }

  /**
   * Returns what `read` makes of the lines, the newest first.
   * @throws RegistryError for a history that cannot be read
   */
  #allFromEnd<Item>(read: (texts: Iterable<string>) => readonly Item[]): readonly Item[] {
    const file = openToRead(this.#path, theHistory);
    if (file === null) return [];
    try {
      return read(linesFromEnd(file, fstatSync(file).size));
    } finally {
      closeSync(file);
    }
  }

  /** Does the same with the last lines, for what does without them if they cannot be read. */
  #fromEnd<Item>(read: (texts: Iterable<string>) => readonly Item[], bytesAtMost?: number): readonly Item[] {
    const stat = statOrNull(this.#path);
    if (stat === null) return [];
    return (
      ifReadable(() => withRegular(this.#path, stat, (file, size) => read(linesFromEnd(file, size, bytesAtMost)))) ?? []
    );
  }
}

function appendTo(path: string, lines: readonly StateLine[]): void {
  const file = openToAppend(path);
  try {
    writeLines(
      file,
      path,
      lines.map((line) => JSON.stringify(line)),
    );
  } finally {
    closeSync(file);
  }
}

/** Returns the lines from `since` on, oldest first. @param texts the newest first */
function youngIn(texts: Iterable<string>, since: number): readonly StateLine[] {
  const young: StateLine[] = [];
  for (const line of linesIn(texts)) {
    if (line.at < since) break;
    young.push(line);
  }
  return young.toReversed();
}

/** Returns the last line that can be read. */
function newestIn(texts: Iterable<string>): readonly StateLine[] {
  for (const line of linesIn(texts)) return [line];
  return [];
}

/**
 * Returns the lines from `since` on, and before them the lines that were in force then. Of the older ones only those are
 * parsed that can be in force: they may be those of two weeks.
 * @param texts the newest first
 */
function inForceAt(texts: Iterable<string>, since: number): readonly StateLine[] {
  const found: StateLine[] = [];
  const known = new Set<string>();
  const read = stateLineReader();
  let isOlder = false;
  for (const text of texts) {
    const subject = isOlder ? subjectOf(text) : '';
    if (known.has(subject)) continue;
    const line = read(text);
    if (line === null) continue;
    isOlder ||= line.at < since;
    if (isOlder) known.add(subjectOf(text));
    if (!isOlder || line.kind !== 'removed') found.push(line);
  }
  return found.toReversed();
}

/** Returns the lines about these subjects, oldest first. @param texts the newest first */
function linesAbout(texts: Iterable<string>, subjects: ReadonlySet<string>): readonly StateLine[] {
  const found: StateLine[] = [];
  const read = stateLineReader();
  for (const text of texts) {
    const line = subjects.has(subjectOf(text)) ? read(text) : null;
    if (line !== null) found.push(line);
  }
  return found.toReversed();
}

/** Returns what a line is about, without parsing it: an entry, else the watch. */
function subjectOf(text: string): string {
  // A quote within a text is escaped, so that no text can look like the key.
  return /"entry":"((?:[^"\\]|\\.)*)"/.exec(text)?.[1] ?? watch;
}

/** Returns the subject of an entry's lines. */
function subjectOfEntry(entry: EntryId): string {
  return JSON.stringify(entry).slice(1, -1);
}

/** No entry has this key: a quote in it would be escaped. */
const watch = '"watch"';

function* linesIn(texts: Iterable<string>, read = stateLineReader()): Generator<StateLine> {
  for (const text of texts) {
    const line = read(text);
    if (line !== null) yield line;
  }
}
