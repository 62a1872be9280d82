import { askAgainMs } from '../board/board.ts';
import { asError } from '../system/errno.ts';
import { InTurn } from '../system/in-turn.ts';
import { PassedTime } from '../system/passed-time.ts';
import type { Over, Wanted } from './judge.ts';

/** The steps of a run that need its board. None throws because the board refuses or is silent. */
export interface BoardSteps {
  /** Puts the news on the card. */
  tell(signal: AbortSignal): Promise<void>;
  isOver(signal: AbortSignal): Promise<Wanted>;
  heartbeat(signal: AbortSignal): Promise<unknown>;
  /** Returns when a card that was read then is to be read again without a hint; ms since 1970. */
  readAgainAt(readAt: number): number;
  /** When a card that has lost its claim is to be claimed again; ms since 1970. `null`: it has its claim. */
  readonly claimAt: number | null;
}

export interface CardQueueOptions {
  /** ms since 1970. */
  readonly now: () => number;
  readonly heartbeatMs: number;
  /** Breaks off the step that is under way. */
  readonly signal: AbortSignal;
  /** Called after each step. */
  readonly onStep: () => void;
  /** A step failed otherwise than before, and the board is not the reason: a log that cannot be read. It is tried again. */
  readonly onTrouble: (error: Error) => void;
}

/**
 * The steps that go to the board, beside the passes, which never wait for them. One step is under way at a time, in the
 * order in which they were asked; a step that waits already is not asked twice.
 */
export class CardQueue {
  readonly #steps: BoardSteps;
  readonly #options: CardQueueOptions;
  readonly #turns = new InTurn();
  readonly #waiting = new Set<string>();
  readonly #troubles = new Map<string, string>();
  #readAt = -Infinity;
  #askedAt = -Infinity;
  #isSilent = false;
  /** The time since the last heartbeat was sent, else since the start. */
  #sinceBeat: PassedTime;
  #beatenAt: number;
  #over: Over | null = null;

  constructor(steps: BoardSteps, options: CardQueueOptions) {
    this.#steps = steps;
    this.#options = options;
    this.#sinceBeat = new PassedTime(options.now);
    this.#beatenAt = options.now();
  }

  /** Takes the end of a pass: its news go on the card, and the card is read if that is due. */
  passed(): void {
    this.#ask('tell', (signal) => this.#steps.tell(signal));
    const readAt = this.#isSilent ? this.#askedAt + askAgainMs : this.#steps.readAgainAt(this.#readAt);
    const now = this.#options.now();
    // A clock that was set back does not say how long ago the card was read.
    if (now >= readAt || now < Math.max(this.#readAt, this.#askedAt)) this.hint();
  }

  /** Takes a hint that the card may have changed: the card is read. */
  readonly hint = (): void => this.#ask('read', (signal) => this.#read(signal));

  /** Sends a heartbeat, if one is due. */
  beat(): boolean {
    const now = this.#options.now();
    // A clock that was set back does not say how long ago the last one was.
    if (now >= this.#beatenAt && now < this.beatAt) return false;
    this.#sinceBeat = new PassedTime(this.#options.now);
    this.#beatenAt = now;
    this.#ask('beat', (signal) => this.#steps.heartbeat(signal));
    return true;
  }

  /** When the next heartbeat is due; ms since 1970. */
  get beatAt(): number {
    return this.#options.now() + this.#options.heartbeatMs - this.#sinceBeat.ms;
  }

  /** Reads a card without a claim once its claim is due: the next pass may be minutes away. */
  claim(): void {
    if (this.#options.now() >= this.#claimAt) this.hint();
  }

  /** When something is due that needs no pass; ms since 1970. */
  get wakeAt(): number {
    return Math.min(this.beatAt, this.#claimAt);
  }

  /** When the claim is due. A read that waits already does it; a board that refuses is left alone for a while. */
  get #claimAt(): number {
    const { claimAt } = this.#steps;
    if (claimAt === null || this.#over !== null || this.#waiting.has('read')) return Infinity;
    return Math.max(claimAt, this.#askedAt + askAgainMs);
  }

  /** Why the run is over, once the card has told. */
  get over(): Over | null {
    return this.#over;
  }

  /** Goes on after an end that failed: the card is read again. */
  resume(): void {
    this.#over = null;
    this.hint();
  }

  /** Runs a caller's own step in its turn. */
  async inTurn<Answer>(work: () => Promise<Answer>): Promise<Answer> {
    try {
      return await this.#turns.run(work);
    } finally {
      this.#options.onStep();
    }
  }

  /** Resolves when nothing is under way. */
  idle(): Promise<void> {
    return this.#turns.idle();
  }

  #ask(name: string, step: (signal: AbortSignal) => Promise<unknown>): void {
    if (this.#waiting.has(name)) return;
    this.#waiting.add(name);
    void this.inTurn(() => this.#take(name, step));
  }

  async #take(name: string, step: (signal: AbortSignal) => Promise<unknown>): Promise<void> {
    const { signal, onTrouble } = this.#options;
    this.#waiting.delete(name);
    if (this.#over !== null || signal.aborted) return;
    try {
      await step(signal);
      this.#troubles.delete(name);
    } catch (error) {
      const failed = asError(error);
      if (failed.message !== this.#troubles.get(name)) onTrouble(failed);
      this.#troubles.set(name, failed.message);
    }
  }

  async #read(signal: AbortSignal): Promise<void> {
    this.#askedAt = this.#options.now();
    this.#isSilent = true;
    const wanted = await this.#steps.isOver(signal);
    if (wanted.kind === 'unknown') return;
    this.#isSilent = false;
    this.#readAt = this.#askedAt;
    if (wanted.kind !== 'wanted') this.#over = wanted;
  }
}
