import type { DriftId } from '../core/model/branded.ts';
import { randomUUID } from 'node:crypto';
import { closeSync, fstatSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Ledger } from '../core/model/memory.ts';
import { appendLines } from './append-lines.ts';
import { Cursors } from './cursors.ts';
import { emptyFolding, fold, ledgerOf, type Folding } from './fold.ts';
import type { Cursor, Event, Log, NewEvent } from './log.ts';
import { readLines, snapshotLine } from './lines.ts';
import { openToRead } from './open-to-read.ts';
import { keepFormer, whileRotating } from './rotation.ts';
import { compact } from './compact.ts';
import { hashOf } from '../system/hash.ts';
import { withLock } from '../system/lock.ts';
import { makeOwnFolder } from '../system/own-folder.ts';
import { sharedFileSystem } from '../system/shared-file-system.ts';
import { stage } from '../system/replace-file.ts';

/** The longest time of a write, with all its waits; ms. */
const writeTakesMs = 60_000;

/** @see Options.rotateAt */
const usualRotateAt = 5 * 1024 * 1024;
/** How much the log must grow before a rotation that would not have halved it is tried again; bytes. */
const againAfter = 1024 * 1024;

/** The log's file in the registry's state folder. */
export const logName = 'log.jsonl';

const theLog = { name: 'the log of what was found and told', withoutIt: 'everything is told anew' };

interface Kept {
  inode: number;
  /** The bytes of whole lines that were read. */
  offset: number;
  /** The position of the next event. */
  next: number;
  events: Event[];
  seen: Set<string>;
  folding: Folding;
}

interface Options {
  /** The registry's state folder, which the first write makes. */
  readonly dir: string;
  readonly registryPath: string;
  /** The id of this place, which alone resolves the drifts that it finds. */
  readonly place: string;
  readonly now: () => number;
  /** Called when state had to be put aside. */
  readonly warn: (line: string) => void;
  /** The size beyond which the log rotates; bytes. Default: 5 MB. */
  readonly rotateAt?: number;
}

/**
 * The event log of one registry. Lines are appended with one `write` on an `O_APPEND` descriptor, so several processes
 * may write. Over a network each host appends where it last saw the end: there they write one after the other. Each
 * process reads only what came since its last read.
 */
export class FileLog implements Log {
  readonly #options: Options;
  readonly #path: string;
  readonly #cursors: Cursors;
  readonly #rotateAt: number;
  #kept = nothingKept();
  #tryAt: number;

  constructor(options: Options) {
    const { dir, now, warn, rotateAt = usualRotateAt } = options;
    this.#options = options;
    this.#path = join(dir, logName);
    this.#rotateAt = rotateAt;
    this.#tryAt = rotateAt;
    this.#cursors = new Cursors(join(dir, 'cursors'), () => this.#standing(), warn, now);
  }

  async append(events: readonly NewEvent[]): Promise<readonly Event[]> {
    if (events.length === 0) return [];
    const { dir, now, place } = this.#options;
    makeOwnFolder(dir);
    const at = new Date(now()).toISOString();
    const lines = events.map((event) => ({ event: randomUUID().slice(0, 13), at, ...inPlace(event, place) }));
    const isDurable = events.some((event) => event.kind === 'intended');
    const texts = lines.map((line) => JSON.stringify(line));
    await this.#alone(() => appendLines(this.#path, place, texts, isDurable));
    return withIds(this.#catchUp().events, new Set(lines.map((line) => line.event)));
  }

  async read(position = 0): Promise<readonly Event[]> {
    const { events } = this.#catchUp();
    return position === 0 ? events.slice() : events.filter((event) => event.position >= position);
  }

  async ledger(): Promise<Ledger> {
    const { folding, next } = this.#catchUp();
    return ledgerOf(folding, next);
  }

  /**
   * Returns the id of a drift: that of the open one, else that of its next occurrence. It holds no clock, so the same
   * drift has the same id.
   */
  idOf(key: string, { resolved }: Ledger): DriftId {
    return driftIdOf(this.#options.registryPath, key, resolved);
  }

  async unsettled(): Promise<readonly Event[]> {
    return [...this.#catchUp().folding.unsettled.values()].filter((event) => !this.#mayStillCome(event));
  }

  async cursor(reader: string): Promise<Cursor | null> {
    return this.#cursors.read(reader);
  }

  withCursor(reader: string, deliver: (cursor: Cursor | null) => Promise<Cursor | null>): Promise<void> {
    return this.#cursors.move(reader, deliver);
  }

  #standing(): Cursor {
    const { next, folding } = this.#catchUp();
    return { position: next, held: [...folding.open.keys()], told: [] };
  }

  async rotate(): Promise<void> {
    if (this.#catchUp().offset < this.#tryAt) return;
    const readers = this.#cursors.ofLately();
    const rotate = (): void => whileRotating(this.#path, this.#options.place, () => this.#replaceLog(readers));
    await withLock(this.#path, rotate, { isShared: this.isShared() });
  }

  /** Decides whether other hosts write this log too, or may do so, as far as it was read. */
  isShared(): boolean {
    const { dir, place } = this.#options;
    const others = [...this.#kept.folding.hosts.keys()].filter((one) => one !== place);
    return others.length > 0 || sharedFileSystem(dir) !== null;
  }

  #alone<Answer>(write: () => Answer | Promise<Answer>): Answer | Promise<Answer> {
    return this.isShared() ? withLock(this.#path, write, { isShared: true }) : write();
  }

  #replaceLog(readers: readonly Cursor[]): void {
    const { offset, next, events, folding } = this.#catchUp();
    this.#tryAt = Math.max(this.#rotateAt, offset + againAfter);
    if (folding.unsettled.size > 0) return;
    const text = snapshotLine({ folding, position: next, events: compact(events, folding, readers) });
    if (text.length > offset / 2) return;
    keepFormer(this.#path);
    const staged = stage(this.#path, `${text}\n`);
    // The rotation is dropped if another process wrote since the log was read.
    if (statSync(this.#path).size !== offset) return staged.discard();
    staged.commit();
    this.#tryAt = Math.max(this.#rotateAt, text.length + againAfter);
  }

  /**
   * Decides whether a write may still end. A pid of another place says nothing here, so such a writer only gets its
   * time.
   */
  #mayStillCome({ place, at }: Extract<Event, { kind: 'intended' }>): boolean {
    if (place === undefined || place === this.#options.place) return false;
    return this.#options.now() - Date.parse(at) < writeTakesMs;
  }

  /** Reads what any process has appended since. */
  #catchUp(): Kept {
    const descriptor = openToRead(this.#path, theLog);
    if (descriptor === null) return this.#kept.inode === 0 ? this.#kept : (this.#kept = nothingKept());
    try {
      const { ino, size } = fstatSync(descriptor);
      if (ino !== this.#kept.inode || size < this.#kept.offset) this.#kept = { ...nothingKept(), inode: ino };
      const { offset } = this.#kept;
      if (size === offset) return this.#kept;
      const bytes = Buffer.allocUnsafe(size - offset);
      const length = readSync(descriptor, bytes, 0, bytes.length, offset);
      takeIn(this.#kept, bytes.subarray(0, length));
      return this.#kept;
    } finally {
      closeSync(descriptor);
    }
  }
}

function inPlace(event: NewEvent, place: string): NewEvent {
  return event.kind === 'opened' || event.kind === 'intended' ? { ...event, place } : event;
}

/** Returns the events with these ids, looking from the newest on: other writers may have appended any number since. */
function withIds(events: readonly Event[], ids: ReadonlySet<string>): readonly Event[] {
  const found: Event[] = [];
  for (let at = events.length - 1; at >= 0 && found.length < ids.size; at -= 1) {
    const event = events[at];
    if (event !== undefined && ids.has(event.event)) found.push(event);
  }
  return found.toReversed();
}

/** Returns a drift's id. @param resolved how often drifts with a key were resolved */
export function driftIdOf(registryPath: string, key: string, resolved: Ledger['resolved']): DriftId {
  return hashOf(JSON.stringify([registryPath, key, resolved.get(key) ?? 0]), 16) as DriftId;
}

function nothingKept(): Kept {
  return { inode: 0, offset: 0, next: 0, events: [], seen: new Set(), folding: emptyFolding() };
}

function takeIn(kept: Kept, bytes: Buffer): void {
  const { lines, length } = readLines(bytes);
  kept.offset += length;
  for (const line of lines) {
    if (line.kind === 'snapshot') {
      kept.next = line.position;
      kept.folding = line.folding;
      kept.events = [...line.events];
      kept.seen = new Set(line.events.map(({ event }) => event));
      continue;
    }
    // The same line may be there twice: a writer that lost the race with a rotation writes again.
    if (kept.seen.has(line.event.event)) continue;
    kept.seen.add(line.event.event);
    const event = { ...line.event, position: kept.next };
    kept.next += 1;
    kept.events.push(event);
    fold(kept.folding, event);
  }
}
