/** All in ms. */
export interface BackOffTimes {
  readonly shortestMs: number;
  readonly longestMs: number;
  /** After failures for `afterMs` there is one attempt in `ms`: after an hour nothing comes back within seconds. */
  readonly patience?: { readonly afterMs: number; readonly ms: number };
}

/** Says how long to wait before the next attempt, twice as long each time. */
export class BackOff {
  readonly #times: BackOffTimes;
  readonly #random: () => number;
  readonly #now: () => number;
  #failures = 0;
  #failingSince: number | null = null;

  /**
   * Makes a back-off.
   * @param random 0 to 1: half of each wait is left to chance, so that many waiters do not come all at once
   * @param now ms since 1970
   */
  constructor(times: BackOffTimes, random: () => number = Math.random, now: () => number = Date.now) {
    this.#times = times;
    this.#random = random;
    this.#now = now;
  }

  /** Returns how long to wait after one more failure; ms. */
  next(): number {
    const { shortestMs, longestMs, patience } = this.#times;
    this.#failingSince ??= this.#now();
    const isPatient = patience !== undefined && this.#now() - this.#failingSince >= patience.afterMs;
    const most = isPatient ? patience.ms : Math.min(longestMs, shortestMs * 2 ** this.#failures);
    this.#failures += 1;
    return most * (0.5 + this.#random() / 2);
  }

  /** Begins anew: an attempt succeeded. */
  reset(): void {
    this.#failures = 0;
    this.#failingSince = null;
  }
}
