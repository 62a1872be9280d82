import type { DriftId } from '../core/model/branded.ts';
import { existsSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf, saysAbsent } from '../system/errno.ts';
import { fileNameOf } from '../system/file-name.ts';
import { namesOrNone } from '../system/if-readable.ts';
import { isObject, jsonIn } from '../system/json.ts';
import { withLock } from '../system/lock.ts';
import { makeOwnFolder } from '../system/own-folder.ts';
import { readRegular } from '../system/read-regular.ts';
import { writeStateFile } from '../system/replace-file.ts';
import type { Cursor } from './log.ts';
import { cannotRead } from './open-to-read.ts';

/** Keeps the position of each reader in a small file of its own. */
export class Cursors {
  readonly #dir: string;
  readonly #standing: () => Cursor;
  readonly #warn: (line: string) => void;
  readonly #now: () => number;

  /**
   * Makes the cursors.
   * @param standing returns the position at the log's end to which all that stands is news
   * @param warn called when a position had to be put aside
   * @param now ms since 1970
   */
  constructor(dir: string, standing: () => Cursor, warn: (line: string) => void, now: () => number) {
    this.#dir = dir;
    this.#standing = standing;
    this.#warn = warn;
    this.#now = now;
  }

  /**
   * Returns a reader's position; `null`: it has none, or has lost it.
   * @throws RegistryError for one that may not be read: it is not lost, and nothing may be told again
   */
  read(reader: string): Cursor | null {
    const cursor = cursorIn(jsonIn(textOf(this.#pathOf(reader)) ?? ''));
    // After a power cut the log may lack its end, and what comes next would have positions that were passed already.
    return cursor === null || cursor.position > this.#standing().position ? null : cursor;
  }

  /**
   * Runs `deliver` under the reader's own lock, and keeps the position that it returns. A reader that lost its position
   * is told what stands once more: nothing is lost.
   */
  async move(reader: string, deliver: (cursor: Cursor | null) => Promise<Cursor | null>): Promise<void> {
    makeOwnFolder(this.#dir);
    const path = this.#pathOf(reader);
    await withLock(path, async () => {
      const next = await deliver(this.#readOrRecover(reader));
      if (next !== null) writeStateFile(path, JSON.stringify(next));
    });
  }

  /**
   * Returns the positions of readers that have moved in the last seven days: a reader that is gone holds up no
   * rotation.
   */
  ofLately(): readonly Cursor[] {
    const files = namesOrNone(this.#dir).filter((name) => name.endsWith(ending));
    const lately = files.filter((name) => {
      const moved = statSync(join(this.#dir, name), { throwIfNoEntry: false })?.mtimeMs ?? 0;
      return this.#now() - moved < letGoMs;
    });
    return lately.flatMap((name) => this.#readOrBegin(decodeURIComponent(name.slice(0, -ending.length))) ?? []);
  }

  /** Reads a position. A reader whose position may not be read still needs all that is in the log. */
  #readOrBegin(reader: string): Cursor | null {
    try {
      return this.read(reader);
    } catch {
      return { position: 0, held: [], told: [] };
    }
  }

  /** Reads a position. A lost one is put aside, but only here: reading alone changes nothing. */
  #readOrRecover(reader: string): Cursor | null {
    const path = this.#pathOf(reader);
    const cursor = this.read(reader);
    if (cursor !== null || !existsSync(path)) return cursor;
    const aside = `${path}.corrupt-${this.#now()}`;
    try {
      renameSync(path, aside);
      this.#warn(`a reader's position could not be read, or was beyond the log, and was put aside: ${aside}`);
    } catch {
      // The folder cannot be written; the write of the new position will fail and say so.
    }
    return this.#standing();
  }

  #pathOf(reader: string): string {
    return join(this.#dir, `${fileNameOf(reader)}${ending}`);
  }
}

const ending = '.json';

/** A rotation does not wait for a reader that has not moved for so long; ms. */
const letGoMs = 7 * 24 * 60 * 60_000;

const thePosition = { name: "a reader's position in the log", withoutIt: 'what is open is told once more' };

/** Returns the text of a position's file; `null`: there is none. @throws RegistryError */
function textOf(path: string): string | null {
  try {
    return readRegular(path, statSync(path));
  } catch (cause) {
    if (saysAbsent(cause)) return null;
    throw cannotRead(path, thePosition, messageOf(cause), cause);
  }
}

function cursorIn(value: unknown): Cursor | null {
  if (!isObject(value)) return null;
  const { position, held, told } = value;
  return typeof position === 'number' && areIds(held) && areIds(told) ? { position, held, told } : null;
}

function areIds(list: unknown): list is DriftId[] {
  return Array.isArray(list) && list.every((item) => typeof item === 'string');
}
