import type { StateLine } from '../core/model/state.ts';
import { addWork, type Finished, type Works } from '../core/timeline/finished.ts';
import { stateChanges, withLines, type LastStates } from '../core/timeline/state-changes.ts';
import { clean } from '../core/words/text.ts';
import { span } from '../core/words/time.ts';
import type { Log, NewEvent } from '../log/log.ts';
import type { StateHistory } from '../log/state-history.ts';
import type { PassResult } from '../pass/pass.ts';
import { changesIn } from '../pass/make-document.ts';
import { asError } from '../system/errno.ts';
import { InTurn } from '../system/in-turn.ts';
import { longestTimerMs } from '../system/pause.ts';
import type { Follower } from './follower.ts';

/** Old lines are looked for so often; ms. */
const pruneEveryMs = 86_400_000;
/** A watch gives a sign so often, however rare its passes and heartbeats are; ms. */
const signEveryMs = 60_000;
/** A loop without a pass for less than that may be slow; ms. */
const stallMs = 120_000;
const stallIntervals = 3;
/** Work of an earlier watch counts as far back; ms. */
const workMs = 86_400_000;

export interface StateWriterOptions {
  readonly history: StateHistory;
  readonly now: () => number;
  /** The longest time between two passes of the loop; ms. */
  readonly intervalMs: number;
  /** How long the history is kept; ms. */
  readonly keepMs: number;
  /** Hears of an agent that worked for at least `workedMs` and now idles. */
  readonly log: Pick<Log, 'append'>;
  readonly workedMs: number;
}

/**
 * Writes the state history beside the loop.
 *
 * 1. A watch begins with its first pass: the mark, and the state of every session.
 * 2. It goes on while passes come. A machine that slept, a clock that was set, a loop that stalled and a line that could
 *    not be written end it at the last pass, so that no time is filled in which nothing was seen; the next pass begins
 *    another.
 * 3. A watch that a killed process left open ends at its last sign of life. A history that was removed begins anew.
 * 4. An agent that has worked for long and now idles is told to the log, once.
 */
export class StateWriter implements Follower {
  trouble: string | null = null;
  readonly #options: StateWriterOptions;
  readonly #stallMs: number;
  readonly #turns = new InTurn();
  #last: LastStates | null = null;
  readonly #works: Works = new Map();
  /** The last pass that was written, ms since 1970; `null`: no watch is under way. */
  #watchedAt: number | null = null;
  #hasMissed = false;
  #prunedAt = -Infinity;
  #stall: NodeJS.Timeout | null = null;
  #signs: NodeJS.Timeout | null = null;

  constructor(options: StateWriterOptions) {
    this.#options = options;
    this.#stallMs = Math.max(stallMs, stallIntervals * options.intervalMs);
  }

  passed(result: PassResult): void {
    clearTimeout(this.#stall ?? undefined);
    const stalled = (): void => this.#do(() => this.#end(this.#watchedAt));
    this.#stall = setTimeout(stalled, Math.min(this.#stallMs, longestTimerMs)).unref();
    this.#signs ??= setInterval(() => this.#do(() => this.#sign()), signEveryMs).unref();
    this.#do(() => this.#take(result));
  }

  beat(): void {
    this.#do(async () => {
      const { history, now, keepMs } = this.#options;
      if (this.#watchedAt === null) return;
      await this.#sign();
      if (now() - this.#prunedAt < pruneEveryMs) return;
      this.#prunedAt = now();
      await history.prune(now() - keepMs);
    });
  }

  async close(): Promise<void> {
    clearTimeout(this.#stall ?? undefined);
    clearInterval(this.#signs ?? undefined);
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

  /** Takes a sign of life, unless something was missed since the last pass: that time is not to be filled in. */
  async #sign(): Promise<void> {
    const { history, now } = this.#options;
    if (this.#watchedAt === null || this.#hasMissed || now() - this.#watchedAt > this.#stallMs) return;
    await history.beat();
  }

  async #take(result: PassResult): Promise<void> {
    const { registry, plan, input, observation } = result;
    const { at, host } = observation;
    if (this.#watchedAt !== null && !(await this.#goesOn(at, this.#watchedAt))) await this.#end(this.#watchedAt);
    const last = (this.#last ??= await this.#begin());
    const begins = this.#watchedAt === null;
    const mark: readonly StateLine[] = begins ? [{ kind: 'watch-began', at, host }] : [];
    const { verdicts } = plan;
    const { agents } = input.settings;
    const changes = stateChanges(last, { at, entries: registry.entries, verdicts, agents }, begins);
    const lines = [...mark, ...changes];
    if (lines.length > 0) await this.#options.history.append(lines);
    // What the pass logged was watched, whatever becomes of this process before its next heartbeat.
    else if (changesIn(result) > 0) await this.#options.history.beat();
    this.#last = withLines(last, changes);
    this.#watchedAt = at;
    this.#hasMissed = false;
    this.trouble = null;
    await this.#tellFinished(lines);
  }

  async #goesOn(at: number, watchedAt: number): Promise<boolean> {
    return !this.#hasMissed && Math.abs(at - watchedAt) <= this.#stallMs && (await this.#options.history.isThere());
  }

  async #tellFinished(lines: readonly StateLine[]): Promise<void> {
    const { log, workedMs } = this.#options;
    const finished = lines.flatMap((line) => addWork(this.#works, line) ?? []);
    await log.append(finished.filter((one) => one.workedMs >= workedMs).map(finishedEvent));
  }

  /** Reads how the last watch left the sessions. If a killed process left it open, it is ended. */
  async #begin(): Promise<LastStates> {
    const { history } = this.#options;
    const from = this.#options.now() - workMs;
    const lines = await history.read(from);
    const mark = lines.findLast(({ kind }) => kind === 'watch-began' || kind === 'watch-ended');
    const at = await history.lastSign();
    const end: readonly StateLine[] = mark?.kind !== 'watch-ended' && at !== null ? [{ kind: 'watch-ended', at }] : [];
    await history.append(end);
    // The times of lines that were in force then say nothing of the time before.
    for (const line of [...lines, ...end]) addWork(this.#works, line, from);
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
    const end = { kind: 'watch-ended', at } as const;
    const { history } = this.#options;
    if (await history.isThere()) await history.append([end]);
    // The history was removed: the next watch writes all that it sees.
    else this.#last = {};
    this.#watchedAt = null;
    addWork(this.#works, end);
  }
}

function finishedEvent({ line, workedMs }: Finished): NewEvent {
  const { session, workspace, agent } = line;
  const message = `${clean(session)}: worked for ${span(workedMs)} and idles now.`;
  return { kind: 'finished', session, workspace, agent, workedMs, message };
}
