import { existsSync, mkdirSync, readdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { regularText } from '../system/read-regular.ts';
import { writeStateFile } from '../system/state-file.ts';
import type { Cursor } from './log.ts';

/** Where each reader stands: one small file a reader. */
export interface Cursors {
  read(reader: string): Cursor | null;
  /** Runs `deliver` under the reader's own lock; keeps what it answers. */
  move(reader: string, deliver: (cursor: Cursor | null) => Promise<Cursor | null>): Promise<void>;
  /** Where those stand that have moved in the last seven days: a reader that is gone holds up no rotation. */
  ofLately(): readonly Cursor[];
}

export function makeCursors(dir: string, warn: (line: string) => void, now: () => number): Cursors {
  const pathOf = (reader: string) => join(dir, `${encodeURIComponent(reader)}.json`);

  function read(reader: string): Cursor | null {
    try {
      return parse(regularText(pathOf(reader)) ?? '');
    } catch {
      return null;
    }
  }

  /** What cannot be read is put aside; only here, for a look alone changes nothing. */
  function readOrPutAside(reader: string): Cursor | null {
    const path = pathOf(reader);
    const cursor = read(reader);
    if (cursor !== null || !existsSync(path)) return cursor;
    const aside = `${path}.corrupt-${now()}`;
    try {
      renameSync(path, aside);
      warn(`a reader's position could not be read and was put aside: ${aside}`);
    } catch {
      // Nothing can be written in its folder: its new position neither, which says so.
    }
    return null;
  }

  async function move(reader: string, deliver: (cursor: Cursor | null) => Promise<Cursor | null>): Promise<void> {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    const { lock } = await import('proper-lockfile');
    const release = await lock(pathOf(reader), {
      realpath: false,
      stale: staleMs,
      update: staleMs / 2,
      retries: { retries: 60, minTimeout: 50, maxTimeout: 250 },
      // A lock lost to a long stall: the next delivery reads the card back, so nothing is told twice.
      onCompromised: () => undefined,
    });
    try {
      const next = await deliver(readOrPutAside(reader));
      if (next === null) return;
      writeStateFile(pathOf(reader), JSON.stringify(next));
    } finally {
      await release().catch(() => undefined);
    }
  }

  function ofLately(): readonly Cursor[] {
    const names = existsSync(dir) ? readdirSync(dir).filter((name) => name.endsWith('.json')) : [];
    const lately = names.filter((name) => {
      const moved = statSync(join(dir, name), { throwIfNoEntry: false })?.mtimeMs ?? 0;
      return now() - moved < letGoMs;
    });
    return lately.flatMap((name) => read(decodeURIComponent(name.slice(0, -5))) ?? []);
  }

  return { read, move, ofLately };
}

/** A reader that has not moved for so long is not waited for; ms. */
const letGoMs = 7 * 24 * 60 * 60_000;

/** A killed holder blocks its reader for so long; ms. */
const staleMs = 3_000;

/** @throws SyntaxError */
function parse(text: string): Cursor | null {
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null) return null;
  const { position, held, told } = value as Record<string, unknown>;
  const areNames = (list: unknown): list is string[] =>
    Array.isArray(list) && list.every((item) => typeof item === 'string');
  return typeof position === 'number' && areNames(held) && areNames(told) ? { position, held, told } : null;
}
