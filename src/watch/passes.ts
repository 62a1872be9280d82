import { asError } from '../system/errno.ts';
import { pass, type PassMode, type PassPorts, type PassResult } from '../pass/pass.ts';
import { UnreadableRegistry } from '../pass/recall.ts';
import { changesIn } from '../pass/make-document.ts';
import { watchedIn } from '../pass/what-to-watch.ts';
import { InTurn } from '../system/in-turn.ts';
import type { Hint, Trigger } from '../trigger/trigger.ts';
import type { Triggers } from '../trigger/triggers.ts';
import { Debounce } from './debounce.ts';
import type { FollowedLoop, Follower } from './follower.ts';
import { loop, type Turn } from './loop.ts';
import { nextAt, type WhenNext } from './next-at.ts';

export interface PassesOptions {
  readonly ports: PassPorts;
  readonly triggers: Triggers;
  /** Tells the user of something that does not belong on the card. */
  readonly notice: (line: string) => void;
  /** Ends the triggers. */
  readonly signal: AbortSignal;
}

/** How a loop of passes is timed. Times are ms since 1970. */
export interface LoopTimes extends Pick<WhenNext, 'intervalMs' | 'endsAt'> {
  readonly heldUntil: () => number | null;
  /** When something that needs no pass is due. */
  readonly wakeAt: () => number;
  /** The first turn after this time is the last one. */
  readonly until: number;
}

/** Runs the passes of one process, one at a time, with their triggers, and keeps their outcome. */
export class Passes implements FollowedLoop {
  /** When the first pass began; ms since 1970. */
  since: number | null = null;
  /** The last pass that succeeded. */
  last: PassResult | null = null;
  /** Why the last pass failed. */
  failure: Error | null = null;
  /** Since when passes fail (ms since 1970), and why. An unreadable registry does not count: it is a drift of its own. */
  failing: { readonly since: number; readonly error: Error } | null = null;
  readonly #options: PassesOptions;
  readonly #turns = new InTurn();
  readonly #hearing = new Set<Hint>();
  #hears = false;
  #follower: Follower | null = null;

  constructor(options: PassesOptions) {
    this.#options = options;
  }

  /** What goes along with the passes while this process holds the lease. */
  get follower(): Follower | null {
    return this.#follower;
  }

  set follower(follower: Follower | null) {
    this.#follower = follower;
    follower?.begins?.(this);
  }

  get triggers(): readonly Trigger[] {
    return this.#options.triggers.all;
  }

  /**
   * Makes a pass. A dry run leaves no trace here either.
   * @throws RegistryError, UnreadableRegistry
   */
  run(mode: Exclude<PassMode, 'once'>, signal: AbortSignal): Promise<PassResult> {
    const { ports } = this.#options;
    return this.#turns.run(() => (mode === 'dry-run' ? pass(ports, mode, signal) : this.#keep(signal)));
  }

  look(signal: AbortSignal): Promise<PassResult> {
    const wait = () => Promise.reject(new Error('it would have to look again'));
    return this.#turns.run(() => {
      signal.throwIfAborted();
      return pass({ ...this.#options.ports, wait }, 'dry-run', signal);
    });
  }

  get hearsDeaths(): boolean {
    return this.triggers.some((trigger) => trigger.hearsDeaths === true && trigger.state().on);
  }

  /** Yields the turns of a loop of passes, until its time or the signal. */
  async *loop(
    times: LoopTimes,
    signal: AbortSignal,
    debounce: Debounce = new Debounce(),
  ): AsyncGenerator<Turn<PassResult>, void> {
    const { intervalMs, endsAt, until, wakeAt, heldUntil } = times;
    this.#hear(debounce.hint);
    try {
      yield* loop(
        {
          pass: (breakOff) => this.run('loop', breakOff),
          changesIn,
          nextAt: (passedAt, result) => nextAt({ passedAt, result, intervalMs, endsAt, heldUntil: heldUntil() }),
          wakeAt,
          until,
          debounce,
          now: this.#options.ports.now,
        },
        signal,
      );
    } finally {
      this.#hearing.delete(debounce.hint);
    }
  }

  /** Starts the triggers with the first loop; they end with the process. */
  #hear(hint: Hint): void {
    const { triggers, signal } = this.#options;
    const heard: Hint = (urgency) => {
      this.#follower?.hinted?.();
      this.#hearing.forEach((each) => each(urgency));
    };
    if (!this.#hears) triggers.start(heard, signal);
    this.#hears = true;
    this.#hearing.add(hint);
  }

  async #keep(signal: AbortSignal): Promise<PassResult> {
    const { ports, triggers, notice } = this.#options;
    const { now, log } = ports;
    this.since ??= now();
    try {
      const result = await pass(ports, 'loop', signal);
      this.last = result;
      triggers.follow(watchedIn(result));
      this.#follower?.passed(result);
      if (result.started) notice(`started a registry at ${result.registry.path}`);
      // A failed rotation of the log does not fail the pass.
      this.#came(await log.rotate().then(() => null, asError));
      return result;
    } catch (error) {
      // A pass that the signal ended did not fail.
      if (signal.aborted) throw error;
      this.#came(asError(error));
      this.#follower?.failed?.(asError(error));
      throw error;
    }
  }

  #came(failure: Error | null): void {
    this.failure = failure;
    const counts = failure !== null && !(failure instanceof UnreadableRegistry);
    const since = this.failing?.since ?? this.#options.ports.now();
    this.failing = counts ? { since, error: failure } : null;
  }
}
