import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { isObject, readJson } from '../../system/json.ts';
import { writeStateFile } from '../../system/replace-file.ts';

/** Why a notifier sends nothing now. */
export interface NotifierTrouble {
  /** ms since 1970. */
  readonly since: number;
  readonly reason: string;
}

/** Keeps why notifiers send nothing, one small file each, for `doctor` in another process. Only changes are written. */
export class TroubleFile {
  readonly #dir: string;
  readonly #now: () => number;

  /**
   * Makes the files of a registry.
   * @param stateDir its folder of state
   * @param now ms since 1970
   */
  constructor(stateDir: string, now: () => number) {
    this.#dir = join(stateDir, 'notify');
    this.#now = now;
  }

  read(name: string): NotifierTrouble | null {
    return readJson(this.#pathOf(name), troubleIn);
  }

  /** Keeps the reason of a failure, since its first time; `null`: a notice was sent. */
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

function troubleIn(value: unknown): NotifierTrouble | null {
  if (!isObject(value)) return null;
  const { since, reason } = value;
  return typeof since === 'number' && typeof reason === 'string' ? { since, reason } : null;
}
