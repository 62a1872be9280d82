import { existsSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { names } from '../system/if-readable.ts';
import { isObject, readJson } from '../system/json.ts';
import { withLock } from '../system/lock.ts';
import { makeOwnFolder } from '../system/own-folder.ts';
import { writeStateFile } from '../system/replace-file.ts';
import type { Cursor } from './log.ts';

/** Where each reader stands: one small file a reader. */
export class Cursors {
  readonly #dir: string;
  readonly #warn: (line: string) => void;
  readonly #now: () => number;

  /** @param warn told when a position had to be put aside. @param now ms since 1970 */
  constructor(dir: string, warn: (line: string) => void, now: () => number) {
    this.#dir = dir;
    this.#warn = warn;
    this.#now = now;
  }

  read(reader: string): Cursor | null {
    return readJson(this.#pathOf(reader), cursorIn);
  }

  /** Runs `deliver` under the reader's own lock; keeps what it answers. */
  async move(reader: string, deliver: (cursor: Cursor | null) => Promise<Cursor | null>): Promise<void> {
    makeOwnFolder(this.#dir);
    const path = this.#pathOf(reader);
    await withLock(path, async () => {
      const next = await deliver(this.#readOrPutAside(reader));
      if (next !== null) writeStateFile(path, JSON.stringify(next));
    });
  }

  /** Returns where those stand that have moved in the last seven days: a reader that is gone holds up no rotation. */
  ofLately(): readonly Cursor[] {
    const files = names(this.#dir).filter((name) => name.endsWith(ending));
    const lately = files.filter((name) => {
      const moved = statSync(join(this.#dir, name), { throwIfNoEntry: false })?.mtimeMs ?? 0;
      return this.#now() - moved < letGoMs;
    });
    return lately.flatMap((name) => this.read(decodeURIComponent(name.slice(0, -ending.length))) ?? []);
  }

  /** What cannot be read is put aside; only here, for a look alone changes nothing. */
  #readOrPutAside(reader: string): Cursor | null {
    const path = this.#pathOf(reader);
    const cursor = this.read(reader);
    if (cursor !== null || !existsSync(path)) return cursor;
    const aside = `${path}.corrupt-${this.#now()}`;
    try {
      renameSync(path, aside);
      this.#warn(`a reader's position could not be read and was put aside: ${aside}`);
    } catch {
      // Nothing can be written in its folder: its new position neither, which says so.
    }
    return null;
  }

  #pathOf(reader: string): string {
    return join(this.#dir, `${encodeURIComponent(reader)}${ending}`);
  }
}

const ending = '.json';

/** A reader that has not moved for so long is not waited for; ms. */
const letGoMs = 7 * 24 * 60 * 60_000;

function cursorIn(value: unknown): Cursor | null {
  if (!isObject(value)) return null;
  const { position, held, told } = value;
  return typeof position === 'number' && areNames(held) && areNames(told) ? { position, held, told } : null;
}

function areNames(list: unknown): list is string[] {
  return Array.isArray(list) && list.every((item) => typeof item === 'string');
}
