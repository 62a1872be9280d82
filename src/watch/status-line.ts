import { existsSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { entryId } from '../core/model/entry.ts';
import { groupOf } from '../core/model/group.ts';
import { statusLine } from '../core/words/counts.ts';
import type { PassResult } from '../pass/pass.ts';
import { messageOf } from '../system/errno.ts';
import { writeStateFile } from '../system/replace-file.ts';
import type { Follower } from './follower.ts';

/** The age at which the line is old: tmux then shows nothing, so the line of a killed monitor does not lie. */
export const lineLivesMinutes = 6;
/** The line is touched by a pass if it is older than this; ms. */
const touchAfterMs = 60_000;

/** @param stateDir of the registry */
export function linePath(stateDir: string): string {
  return join(stateDir, 'line');
}

/**
 * Keeps the file `line` up to date, which tmux shows: how many sessions need their user, work, are gone. The file's age
 * is that of the last pass that succeeded, to a minute or a heartbeat: passes that fail let it grow old.
 */
export class StatusLine implements Follower {
  #trouble: string | null = null;
  /** What the file holds; `null`: nothing was written yet, or a write failed. */
  #text: string | null = null;
  #touchedAt = -Infinity;
  /** A pass has succeeded since the file was touched. */
  #isOlder = false;
  readonly #path: string;
  readonly #now: () => number;

  /** @param now ms since 1970 */
  constructor(stateDir: string, now: () => number) {
    this.#path = linePath(stateDir);
    this.#now = now;
  }

  get trouble(): string | null {
    return this.#trouble;
  }

  passed(result: Pick<PassResult, 'at' | 'registry' | 'plan'>): void {
    const text = lineOf(result);
    this.#isOlder = true;
    if (text !== this.#text || Math.abs(this.#now() - this.#touchedAt) >= touchAfterMs) this.#put(text);
  }

  beat(): void {
    if (this.#isOlder && this.#text !== null) this.#put(this.#text);
  }

  close(): Promise<void> {
    this.#put('');
    return Promise.resolve();
  }

  /** Writes the text if the file does not hold it; else touches the file. */
  #put(text: string): void {
    const isHeld = text === this.#text;
    // A failed write may have left anything: the next pass writes anew.
    this.#text = null;
    this.#touchedAt = this.#now();
    this.#isOlder = false;
    try {
      if (isHeld && existsSync(this.#path)) utimesSync(this.#path, this.#touchedAt / 1_000, this.#touchedAt / 1_000);
      else writeStateFile(this.#path, text === '' ? '' : `${text}\n`);
      this.#text = text;
      this.#trouble = null;
    } catch (error) {
      this.#trouble = `the status line cannot be written: ${messageOf(error)}`;
    }
  }
}

function lineOf({ at, registry, plan }: Pick<PassResult, 'at' | 'registry' | 'plan'>): string {
  const verdicts = new Map(plan.verdicts.map((verdict) => [entryId(verdict.entry), verdict]));
  return statusLine(registry.entries.map((entry) => groupOf(entry, verdicts.get(entryId(entry)) ?? null, at)));
}
