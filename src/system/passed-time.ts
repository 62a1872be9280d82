/**
 * How much time has passed since it was made, by the clock that says more. The wall clock may be set back, and the
 * process's own clock may stand while the machine sleeps: nothing that is due may wait for either.
 */
export class PassedTime {
  readonly #now: () => number;
  readonly #wall: number;
  readonly #own = performance.now();

  /** @param now ms since 1970 */
  constructor(now: () => number) {
    this.#now = now;
    this.#wall = now();
  }

  get ms(): number {
    return Math.max(this.#now() - this.#wall, performance.now() - this.#own);
  }
}
