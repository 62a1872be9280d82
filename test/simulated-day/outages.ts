import type { Blindness } from '../core/truth/look.ts';
import type { Random } from '../random.ts';

/** What does not work now. */
export class Outages {
  /** What no observation shows. */
  hidden: Blindness = 'nothing';
  /** `full`: each write fails, or just not. */
  disk: 'works' | 'full' = 'works';
  /** `mute`: it takes what it is given, and its answer is lost; `hangs`: it is given up after a while. */
  board: 'works' | 'away' | 'mute' | 'hangs' = 'works';
  broker: 'works' | 'away' | 'mute' = 'works';
  phone: 'works' | 'away' | 'mute' = 'works';
  /** How often something was repeated for a good reason: a reader may have been told, and no position says so. */
  excuses = 0;
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  /** Decides whether a write fails now. */
  get writeFails(): boolean {
    return this.disk === 'full' && this.#random.next() < 0.5;
  }

  /** Writes, or fails as a full disk does. */
  async write<Answer>(path: string, work: () => Promise<Answer>): Promise<Answer> {
    if (this.writeFails) throw diskFull(path);
    return work();
  }
}

export function diskFull(path: string): Error {
  return Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC', path });
}
