import type { Board } from '../board/board.ts';
import type { PassResult } from '../pass/pass.ts';
import { CardQueue } from './card-queue.ts';
import { CardRun, type CardRunOptions } from './card-run.ts';
import { Debounce } from './debounce.ts';
import type { MonitorEnd } from './end-run.ts';
import type { Over, Pause, Wanted } from './judge.ts';
import type { Turn } from './loop.ts';
import type { Passes } from './passes.ts';

export interface CardWatchOptions extends CardRunOptions {
  readonly passes: Passes;
  readonly heartbeatMs: number;
  /** A worker that the board started works the card: this process may comment and read, but not end the run. */
  readonly isAnothers: boolean;
  /** Breaks off the steps that go to the board. */
  readonly signal: AbortSignal;
  /** A step on the card failed otherwise than before. */
  readonly onTrouble: (error: Error) => void;
}

/** The answer of the card; if it asked for an end, the run is ended by then. */
export type Judged = Exclude<Wanted, Over> | { readonly kind: 'over'; readonly end: MonitorEnd };

/** One run on a card: its passes, and what goes to its board beside them, in order. */
export class CardWatch {
  readonly kind = 'open';
  readonly run: CardRun;
  readonly board: Board;
  readonly isAnothers: boolean;
  readonly #options: CardWatchOptions;
  readonly queue: CardQueue;
  readonly #wakers = new Set<() => void>();

  constructor(options: CardWatchOptions) {
    const { ports, heartbeatMs, signal, onTrouble } = options;
    this.#options = options;
    this.board = options.board;
    this.isAnothers = options.isAnothers;
    this.run = new CardRun(options);
    this.queue = new CardQueue(this.run, {
      now: ports.now,
      heartbeatMs,
      signal,
      onTrouble,
      onStep: () => this.#wakers.forEach((wake) => wake()),
    });
  }

  /**
   * Yields the turns of a loop of passes. News go on the card meanwhile, heartbeats too, and the card is read for a stop.
   * @param until the first turn from here on is the last one; ms since 1970
   */
  async *turns(
    { intervalMs, until }: { readonly intervalMs: number | null; readonly until: number },
    signal: AbortSignal,
  ): AsyncGenerator<Turn<PassResult>, void> {
    const { run, queue, board } = this;
    const { passes, endsAt } = this.#options;
    const debounce = new Debounce();
    const ended = new AbortController();
    const times = { intervalMs, until, endsAt, heldUntil: () => run.heldUntil, wakeAt: () => queue.wakeAt };
    this.#wakers.add(debounce.wake);
    // Comments from before are read in the first turns, however few turns there are.
    queue.hint();
    void board.watch(run.card, queue.hint, AbortSignal.any([signal, ended.signal])).catch(() => undefined);
    try {
      for await (const turn of passes.loop(times, signal, debounce)) {
        if (turn.kind !== 'woken') queue.passed();
        queue.claim();
        if (queue.beat()) passes.follower?.beat();
        yield turn;
      }
    } finally {
      this.#wakers.delete(debounce.wake);
      ended.abort();
    }
  }

  /** Reads the card, and ends the run if it is over. */
  judge(signal: AbortSignal, hurry: AbortSignal): Promise<Judged> {
    return this.queue.inTurn(async () => {
      if (this.run.ended !== null) return { kind: 'over', end: this.run.ended };
      const wanted = await this.run.isOver(signal);
      if (wanted.kind === 'wanted' || wanted.kind === 'unknown') return wanted;
      return { kind: 'over', end: await this.run.end(wanted, hurry) };
    });
  }

  /**
   * Ends or pauses the run.
   * @throws BoardError: then the card is read again, and the end is to be tried again
   */
  async end(over: Over | Pause, hurry: AbortSignal): Promise<MonitorEnd> {
    try {
      return await this.queue.inTurn(() => this.run.end(over, hurry));
    } catch (error) {
      this.queue.resume();
      throw error;
    }
  }
}
