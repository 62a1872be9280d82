import {
  addBand,
  forgetBands,
  lastBands,
  timelinesIn,
  type Band,
  type BandRows,
  type SessionTimeline,
} from '../core/timeline/bands.ts';
import type { ReadMark } from '../log/read-on.ts';
import type { StateHistory } from '../log/state-history.ts';
import { InTurn } from '../system/in-turn.ts';

/** The longest time that the page shows, and an hour for a clock that is set back; ms. */
const keptMs = (7 * 24 + 1) * 3_600_000;

/** The bands of all sessions. The state history is read once, and from then on only what was appended to it. */
export class Bands {
  readonly #history: Pick<StateHistory, 'readOn' | 'watchedUntil'>;
  readonly #turns = new InTurn();
  readonly #rows: BandRows = new Map();
  #mark: ReadMark | null = null;

  constructor(history: Pick<StateHistory, 'readOn' | 'watchedUntil'>) {
    this.#history = history;
  }

  /** Returns the bands between two times, the later of which is now; ms since 1970. */
  async between(span: Pick<Band, 'from' | 'to'>): Promise<readonly SessionTimeline[]> {
    return timelinesIn(this.#rows, span, await this.#watchedUntil(span.to));
  }

  /** Returns what each session is now, and what it was before. */
  async last(now: number): Promise<readonly SessionTimeline[]> {
    return lastBands(this.#rows, now, await this.#watchedUntil(now));
  }

  async #watchedUntil(now: number): Promise<number | null> {
    await this.#turns.run(() => this.#readOn(now));
    return this.#history.watchedUntil();
  }

  async #readOn(now: number): Promise<void> {
    const take: Parameters<StateHistory['readOn']>[1] = (lines) => {
      for (const line of lines) addBand(this.#rows, line);
      forgetBands(this.#rows, now - keptMs);
    };
    this.#mark = await this.#history.readOn(this.#mark, take);
    if (this.#mark !== null) return;
    this.#rows.clear();
    this.#mark = await this.#history.readOn(null, take);
  }
}
