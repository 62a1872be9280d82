import type { PassResult } from '../pass/pass.ts';
import type { FollowedLoop, Follower } from './follower.ts';

/** How long the followers may take to end; ms. */
const closeMs = 3_000;

/** The name under which the trouble of the monitor's own followers is kept. */
export const followersTrouble = 'beside';

/** Several followers, as one. */
export class Followers implements Follower {
  readonly #all: readonly Follower[];
  readonly #keep: (trouble: string | null) => void;
  /** The trouble that was kept last; `undefined`: none yet. */
  #kept: string | null | undefined;

  /** @param keep keeps the trouble for `doctor`; called with each change */
  constructor(all: readonly Follower[], keep: (trouble: string | null) => void = () => undefined) {
    this.#all = all;
    this.#keep = keep;
  }

  begins(loop: FollowedLoop): void {
    for (const each of this.#all) each.begins?.(loop);
  }

  hinted(): void {
    for (const each of this.#all) each.hinted?.();
  }

  passed(result: PassResult): void {
    for (const each of this.#all) each.passed(result);
    this.#look();
  }

  failed(error: Error): void {
    for (const each of this.#all) each.failed?.(error);
  }

  beat(): void {
    for (const each of this.#all) each.beat();
    this.#look();
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
    this.#keep(null);
  }

  /** A follower works beside the loop, so what a step met is seen with the next one. */
  #look(): void {
    const { trouble } = this;
    if (trouble !== this.#kept) this.#keep(trouble);
    this.#kept = trouble;
  }
}
