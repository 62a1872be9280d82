/**
 * The time between two looks grows with the time in which nothing changed: a look at 50 sessions takes 20 ms of a core,
 * and an open page or table on which nothing changes may cost 0.3 %; ms.
 */
const busyMs = 2_000;
const quietMs = 15_000;
const shareOfQuiet = 1 / 8;

/** How often a command looks for a user who reads along. */
export class Pace {
  readonly #now: () => number;
  #changedAt: number;

  /** @param now ms; a clock that cannot be set back */
  constructor(now: () => number) {
    this.#now = now;
    this.#changedAt = now();
  }

  /** Takes that the last look found a change. */
  changed(): void {
    this.#changedAt = this.#now();
  }

  /** The time until the next look that nothing asks for; ms. */
  get restMs(): number {
    return Math.min(Math.max(busyMs, (this.#now() - this.#changedAt) * shareOfQuiet), quietMs);
  }
}
