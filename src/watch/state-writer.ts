import type { StateLine } from '../core/model/state.ts';
import { stateChanges, withLines, type LastStates } from '../core/timeline/state-changes.ts';
import type { StateHistory } from '../log/state-history.ts';
import type { PassResult } from '../pass/pass.ts';
import { asError } from '../system/errno.ts';
import { InTurn } from '../system/in-turn.ts';
import { longestTimerMs } from '../system/pause.ts';
import type { Follower } from './follower.ts';

/** Old lines are looked for so often; ms. */
const pruneEveryMs = 86_400_000;
/** A loop without a pass for less than that may be slow; ms. */
const stallMs = 120_000;
const stallIntervals = 3;

export interface StateWriterOptions {
  readonly history: StateHistory;
  readonly now: () => number;
  /** The longest time between two passes of the loop; ms. */
  readonly intervalMs: number;
  /** How long the history is kept; ms. */
  readonly keepMs: number;
}

/**
 * Writes the state history beside the loop.
 *
 * 1. A watch begins with its first pass: the mark, and the state of every session.
 * 2. It goes on while passes come. A machine that slept, a loop that stalled and a line that could not be written end
 *    it at the last pass, so that no time is filled in which nothing was seen; the next pass begins another.
 * 3. A watch that a killed process left open ends at its last sign of life.
 */
export class StateWriter implements Follower {
  trouble: string | null = null;
  readonly #options: StateWriterOptions;
  readonly #stallMs: number;
  readonly #turns = new InTurn();
  #last: LastStates | null = null;
  /** The last pass that was written, ms since 1970; `null`: no watch is under way. */
  #watchedAt: number | null = null;
  #hasMissed = false;
  #prunedAt = -Infinity;
  #stall: NodeJS.Timeout | null = null;

  constructor(options: StateWriterOptions) {
    this.#options = options;
    this.#stallMs = Math.max(stallMs, stallIntervals * options.intervalMs);
  }

  passed(result: PassResult): void {
    clearTimeout(this.#stall ?? undefined);
    const stalled = (): void => this.#do(() => this.#end(this.#watchedAt));
    this.#stall = setTimeout(stalled, Math.min(this.#stallMs, longestTimerMs)).unref();
    this.#do(() => this.#take(result));
  }

  beat(): void {
    this.#do(async () => {
      const { history, now, keepMs } = this.#options;
      if (this.#watchedAt === null) return;
      await history.beat();
      if (now() - this.#prunedAt < pruneEveryMs) return;
      this.#prunedAt = now();
      await history.prune(now() - keepMs);
    });
  }

  async close(): Promise<void> {
    clearTimeout(this.#stall ?? undefined);
    this.#do(() => this.#close());
    await this.#turns.idle();
  }

  #do(step: () => Promise<void>): void {
    void this.#turns.run(async () => {
      try {
        await step();
      } catch (error) {
        this.#hasMissed = true;
        this.trouble = `the state history could not be written: ${asError(error).message}`;
      }
    });
  }

  async #take({ registry, plan, input, observation }: PassResult): Promise<void> {
    const { at, host } = observation;
    const last = (this.#last ??= await this.#begin());
    if (this.#watchedAt !== null && (this.#hasMissed || at - this.#watchedAt > this.#stallMs))
      await this.#end(this.#watchedAt);
    const begins = this.#watchedAt === null;
    const mark: readonly StateLine[] = begins ? [{ kind: 'watch-began', at, host }] : [];
    const { verdicts } = plan;
    const { agents } = input.settings;
    const changes = stateChanges(last, { at, entries: registry.entries, verdicts, agents }, begins);
    const lines = [...mark, ...changes];
    if (lines.length > 0) await this.#options.history.append(lines);
    this.#last = withLines(last, changes);
    this.#watchedAt = at;
    this.#hasMissed = false;
    this.trouble = null;
  }

  /** Reads how the last watch left the sessions. If a killed process left it open, it is ended. */
  async #begin(): Promise<LastStates> {
    const { history } = this.#options;
    const lines = await history.read(Infinity);
    const mark = lines.findLast(({ kind }) => kind === 'watch-began' || kind === 'watch-ended');
    const at = await history.lastSign();
    if (mark?.kind === 'watch-began' && at !== null) await history.append([{ kind: 'watch-ended', at }]);
    return withLines({}, lines);
  }

  /** Ends the watch in order: now, unless it has stalled. */
  #close(): Promise<void> {
    const now = this.#options.now();
    const isStalled = this.#watchedAt === null || now - this.#watchedAt > this.#stallMs;
    return this.#end(isStalled ? this.#watchedAt : now);
  }

  async #end(at: number | null): Promise<void> {
    if (this.#watchedAt === null || at === null) return;
    await this.#options.history.append([{ kind: 'watch-ended', at }]);
    this.#watchedAt = null;
  }
}
