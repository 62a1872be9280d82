import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { fileNameOf } from './file-name.ts';
import { isObject, readJson } from './json.ts';
import { writeStateFile } from './replace-file.ts';

/** Why a part of the monitor does not do its work now. */
export interface Trouble {
  /** ms since 1970. */
  readonly since: number;
  readonly reason: string;
  /** How long a receiver asked to be left alone, which holds over a restart too. */
  readonly wait: Wait | null;
}

/** A span of time. */
export interface Wait {
  /** ms since 1970. */
  readonly from: number;
  readonly ms: number;
  /** Which receiver asked for it; absent: it is not known. */
  readonly of?: string;
}

/**
 * Keeps what is wrong with parts of the monitor, one small file each, for `doctor` in another process. Only changes are
 * written.
 */
export class TroubleFile {
  readonly #dir: string;
  readonly #now: () => number;

  /**
   * Makes the files of one kind.
   * @param stateDir the registry's folder of state
   * @param kind the notifiers, by their names, or what else goes along with the monitor
   * @param now ms since 1970
   */
  constructor(stateDir: string, kind: 'notify' | 'monitor', now: () => number) {
    this.#dir = join(stateDir, kind);
    this.#now = now;
  }

  read(name: string): Trouble | null {
    return readJson(this.#pathOf(name), troubleIn);
  }

  /** Keeps the reason of a failure, since its first time; `null`: it works. */
  keep(name: string, reason: string | null, wait: Wait | null = null): void {
    const kept = this.read(name);
    if (kept === null && reason === null) return;
    if (kept?.reason === reason && isDeepStrictEqual(kept.wait, wait)) return;
    try {
      if (reason === null) rmSync(this.#pathOf(name), { force: true });
      else writeStateFile(this.#pathOf(name), JSON.stringify({ since: kept?.since ?? this.#now(), reason, wait }));
    } catch {
      // A full disk fails the cursor too, and that is told.
    }
  }

  #pathOf(name: string): string {
    return join(this.#dir, `${fileNameOf(name)}.json`);
  }
}

function troubleIn(value: unknown): Trouble | null {
  if (!isObject(value)) return null;
  const { since, reason, wait } = value;
  if (typeof since !== 'number' || typeof reason !== 'string') return null;
  return { since, reason, wait: waitIn(wait) };
}

/** Reads the wait; a file of an earlier version has none. */
function waitIn(value: unknown): Wait | null {
  if (!isObject(value)) return null;
  const { from, ms, of } = value;
  if (typeof from !== 'number' || typeof ms !== 'number') return null;
  return { from, ms, ...(typeof of === 'string' ? { of } : {}) };
}
