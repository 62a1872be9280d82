import type { PassResult } from '../pass/pass.ts';
import type { Follower } from './follower.ts';

/** How long the followers may take to end; ms. */
const closeMs = 3_000;

/** Several followers, as one. */
export class Followers implements Follower {
  readonly #all: readonly Follower[];

  constructor(all: readonly Follower[]) {
    this.#all = all;
  }

  passed(result: PassResult): void {
    for (const each of this.#all) each.passed(result);
  }

  failed(error: Error): void {
    for (const each of this.#all) each.failed?.(error);
  }

  beat(): void {
    for (const each of this.#all) each.beat();
  }

  get trouble(): string | null {
    const troubles = this.#all.flatMap(({ trouble }) => (trouble === null ? [] : [trouble]));
    return troubles.length === 0 ? null : troubles.join('; ');
  }

  /** Ends all. A follower that hangs is left alone: its time is over with that of the others. */
  async close(): Promise<void> {
    const all = Promise.allSettled(this.#all.map((each) => each.close()));
    const timeOver = new Promise((resolve) => setTimeout(resolve, closeMs).unref());
    await Promise.race([all, timeOver]);
  }
}
