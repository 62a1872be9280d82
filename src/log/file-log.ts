import { createHash, randomUUID } from 'node:crypto';
import {
  closeSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  statSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { Ledger } from '../core/model/memory.ts';
import { makeCursors } from './cursors.ts';
import { emptyFolding, fold, ledgerOf, type Folding } from './fold.ts';
import type { Event, Log, NewEvent } from './log.ts';
import { readLines, snapshotLine } from './lines.ts';
import { openToRead } from './open-log.ts';
import { afterRotation, keepFormer, whileRotating } from './rotation.ts';
import { whatMatters } from './compact.ts';
import { namingPlace } from '../system/state-file.ts';
import { syncFolder } from '../system/sync-folder.ts';

/** A write takes no longer, with all that it waits for; ms. */
const writeTakesMs = 60_000;

/** The log rotates beyond this; bytes. */
const rotateAt = 5 * 1024 * 1024;
/** What must have come beside, before a rotation that would not have halved the log is tried again; bytes. */
const againAfter = 1024 * 1024;

interface Kept {
  inode: number;
  /** Bytes of whole lines already taken in. */
  offset: number;
  /** Position of the event that comes next. */
  next: number;
  events: Event[];
  seen: Set<string>;
  folding: Folding;
}

/**
 * The event log of one registry. Lines are appended with one `write` on an `O_APPEND` descriptor, so several
 * processes may write; each reads only what came since it read last.
 */
export function makeLog(options: {
  /** The registry's state folder, made when first written to. */
  readonly dir: string;
  readonly registryPath: string;
  /** The id of this place: what is found here is this place's to resolve. Absent: that is not told. */
  readonly place?: string;
  readonly now: () => number;
  /** Told when state had to be put aside. */
  readonly warn: (line: string) => void;
}): Log {
  const { dir, registryPath, place, now, warn } = options;
  const path = join(dir, 'log.jsonl');
  const here = place ?? '';
  const cursors = makeCursors(join(dir, 'cursors'), warn, now);
  let kept: Kept = nothingKept();
  let tryAt = rotateAt;

  /** Takes in what any process appended since. */
  function catchUp(): Kept {
    const descriptor = openToRead(path);
    if (descriptor === null) return kept.inode === 0 ? kept : (kept = nothingKept());
    try {
      const { ino, size } = fstatSync(descriptor);
      if (ino !== kept.inode || size < kept.offset) kept = { ...nothingKept(), inode: ino };
      if (size === kept.offset) return kept;
      const bytes = Buffer.allocUnsafe(size - kept.offset);
      const length = readSync(descriptor, bytes, 0, bytes.length, kept.offset);
      takeIn(kept, bytes.subarray(0, length));
      return kept;
    } finally {
      closeSync(descriptor);
    }
  }

  async function append(events: readonly NewEvent[]): Promise<readonly Event[]> {
    if (events.length === 0) return [];
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    const at = new Date(now()).toISOString();
    const lines = events.map((event) => ({ event: randomUUID().slice(0, 13), at, ...inPlace(event, place) }));
    await appendLines(
      path,
      here,
      lines.map((line) => JSON.stringify(line)),
      events.some((event) => event.kind === 'intended'),
    );
    const ids = new Set(lines.map((line) => line.event));
    return catchUp()
      .events.slice(-lines.length - 64)
      .filter((event) => ids.has(event.event));
  }

  /** No pid tells here whether a writer in another place lives: it has had its time. */
  function mayStillCome(event: Extract<Event, { kind: 'intended' }>): boolean {
    if (place === undefined || event.place === undefined || event.place === place) return false;
    return now() - Date.parse(event.at) < writeTakesMs;
  }

  async function rotate(): Promise<void> {
    if (catchUp().offset < tryAt) return;
    const readers = cursors.ofLately();
    whileRotating(path, here, () => {
      const { offset, next, events, folding } = catchUp();
      tryAt = Math.max(rotateAt, offset + againAfter);
      if (folding.unsettled.size > 0) return;
      const text = snapshotLine({ folding, position: next, events: whatMatters(events, folding, readers) });
      if (text.length > offset / 2) return;
      keepFormer(path);
      if (replaceLog(path, offset, text)) tryAt = Math.max(rotateAt, text.length + againAfter);
    });
  }

  return {
    append,
    read: async (position = 0) => {
      const { events } = catchUp();
      return position === 0 ? events.slice() : events.filter((event) => event.position >= position);
    },
    ledger: async () => {
      const { folding, next } = catchUp();
      return ledgerOf(folding, next);
    },
    idOf: (key, ledger) => idOf(registryPath, key, ledger),
    unsettled: async () => [...catchUp().folding.unsettled.values()].filter((event) => !mayStillCome(event)),
    cursor: (reader) => Promise.resolve(cursors.read(reader)),
    withCursor: (reader, deliver) => cursors.move(reader, deliver),
    rotate,
  };
}

function inPlace(event: NewEvent, place: string | undefined): NewEvent {
  if (place === undefined) return event;
  return event.kind === 'opened' || event.kind === 'intended' ? { ...event, place } : event;
}

/** Same drift, same id: the open one's, else of its next occurrence. No clock in it. */
function idOf(registryPath: string, key: string, ledger: Ledger): string {
  const occurrence = ledger.resolved.get(key) ?? 0;
  return createHash('sha256')
    .update(JSON.stringify([registryPath, key, occurrence]))
    .digest('hex')
    .slice(0, 16);
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
    // The same line may stand twice: a writer that lost the race with a rotation writes again.
    if (kept.seen.has(line.event.event)) continue;
    kept.seen.add(line.event.event);
    const event = { ...line.event, position: kept.next };
    kept.next += 1;
    kept.events.push(event);
    fold(kept.folding, event);
  }
}

/** One write for all lines. A line torn by a killed writer is closed first; a file rotated away meanwhile is written anew. */
async function appendLines(path: string, place: string, lines: readonly string[], durable: boolean): Promise<void> {
  for (;;) {
    const descriptor = openSync(path, 'a+', 0o600);
    try {
      const { ino, size } = fstatSync(descriptor);
      const last = Buffer.alloc(1);
      const torn = size > 0 && readSync(descriptor, last, 0, 1, size - 1) === 1 && last[0] !== newline;
      const text = Buffer.from(`${torn ? '\n' : ''}${lines.join('\n')}\n`);
      const written = namingPlace(path, () => writeSync(descriptor, text));
      if (written !== text.length) throw halfWritten(path, written, text.length);
      if (durable) namingPlace(path, () => fsyncSync(descriptor));
      await afterRotation(path, place);
      if (inodeOf(path) === ino) return;
    } finally {
      closeSync(descriptor);
    }
  }
}

/** A disk takes what it has room for, and says only to the next write that it is full. */
function halfWritten(path: string, written: number, length: number): Error {
  const error = new Error(`ENOSPC: only ${written} of ${length} bytes were written`);
  return Object.assign(error, { code: 'ENOSPC', path });
}

const newline = 0x0a;

/** One rename: a reader sees the old log or the new one. Not at all if somebody wrote since it was read. */
function replaceLog(path: string, size: number, line: string): boolean {
  const temporary = `${path}.${process.pid}.tmp`;
  const descriptor = openSync(temporary, 'w', 0o600);
  try {
    namingPlace(path, () => writeFileSync(descriptor, `${line}\n`));
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  if (statSync(path).size !== size) {
    unlinkSync(temporary);
    return false;
  }
  renameSync(temporary, path);
  syncFolder(dirname(path));
  return true;
}

function inodeOf(path: string): number | null {
  return statSync(path, { throwIfNoEntry: false })?.ino ?? null;
}
