import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { isObject, readJson } from './json.ts';
import { writeStateFile } from './replace-file.ts';

/** Why a part of the monitor does not do its work now. */
export interface Trouble {
  /** ms since 1970. */
  readonly since: number;
  readonly reason: string;
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
  keep(name: string, reason: string | null): void {
    const kept = this.read(name);
    if (kept?.reason === reason || (kept === null && reason === null)) return;
    try {
      if (reason === null) rmSync(this.#pathOf(name), { force: true });
      else writeStateFile(this.#pathOf(name), JSON.stringify({ since: kept?.since ?? this.#now(), reason }));
    } catch {
      // A full disk fails the cursor too, and that is told.
    }
  }

  #pathOf(name: string): string {
    return join(this.#dir, `${encodeURIComponent(name)}.json`);
  }
}

function troubleIn(value: unknown): Trouble | null {
  if (!isObject(value)) return null;
  const { since, reason } = value;
  return typeof since === 'number' && typeof reason === 'string' ? { since, reason } : null;
}
