import type { Board, Card, Dispatched } from '../../board/board.ts';
import type { PassMode, PassResult } from '../../pass/pass.ts';
import { readNumber } from '../../system/set-variable.ts';
import { ModelReader } from '../../tell/model-reader.ts';
import type { CardWatch, Judged } from '../../watch/card-watch.ts';
import { Cards } from '../../watch/cards.ts';
import type { MonitorEnd } from '../../watch/end-run.ts';
import { judgeByRules, type Over, type OverByRules } from '../../watch/judge.ts';
import type { WatchWorld } from '../../watch/watch-world.ts';
import { TurnBudget } from './turn-budget.ts';

/** How long a first call waits for the board's answer whether the run is over; ms. */
const firstReadMs = 5_000;

/** The card that a call means, in the names of the tools' inputs; by default the caller's own. */
export interface CardChoice {
  readonly task_id?: string | undefined;
  readonly board?: string | undefined;
}

/**
 * The state that the calls of one server share: the cards, the news that the model was told, and the runs that are
 * over.
 */
export class Work {
  readonly cards: Cards;
  readonly reader: ModelReader;
  readonly #world: WatchWorld;
  /** The card for which a board started this process; `null`: none did. */
  readonly #task: string | null;
  readonly #budget: TurnBudget | null;
  /** The answers from a run's end on, by card. */
  readonly #ended = new Map<string, string>();
  #firstLook: Promise<void> | null = null;
  #startedAt: number | null = null;

  constructor(world: WatchWorld) {
    const { dispatched, ports, settings } = world;
    this.cards = new Cards(world);
    const name = dispatched === null ? null : `model-${dispatched.card}`;
    this.reader = new ModelReader(ports.log, name, dispatched === null || settings.attention.card);
    this.#world = world;
    this.#task = dispatched?.card ?? null;
    this.#budget = dispatched === null ? null : budgetOf(world, dispatched);
  }

  /** Whether a board started this process for a card. */
  get isDispatched(): boolean {
    return this.#task !== null;
  }

  /** Returns how long a call waits by default; s. */
  waitSeconds(given: CardChoice): number {
    return this.#boardOf(this.#cardOf(given), given).traits.waitSeconds;
  }

  /**
   * Returns `stopped: <reason>` from the end of the server's own run on; `null` while it goes on, or without a run.
   */
  async over(signal: AbortSignal): Promise<string | null> {
    this.#firstLook ??= this.#lookFirst(signal);
    await this.#firstLook;
    return this.#ended.get(this.#cardOf({})) ?? null;
  }

  /**
   * Counts a call.
   * @returns the answer to a call that is too many for this turn
   */
  async turnEnds(signal: AbortSignal): Promise<string | null> {
    if (this.#budget === null || !this.#budget.isUsedUp()) return null;
    const board = this.#boardOf(this.#cardOf({}), {});
    if (!(await board.workers?.haveOneTurn(signal))) return 'turn ends soon';
    const reason = 'the one turn that this board gives a worker is used up';
    return this.onCard({}, (watch) => this.end(watch, { kind: 'completed', reason }));
  }

  /**
   * Opens the card's run, with the first call that needs it.
   * @returns `stopped: <reason>` if it is over
   */
  async open(given: CardChoice): Promise<CardWatch | string> {
    const card = this.#cardOf(given);
    const known = this.#ended.get(card);
    if (known !== undefined) return known;
    await this.reader.begin();
    const opened = await this.cards.open(card, this.#boardOf(card, given));
    if (opened.kind !== 'open') return this.#keepEnd(card, overText(opened));
    if (card === this.#task) this.#startedAt = opened.run.startedAt;
    return opened;
  }

  async onCard(given: CardChoice, step: (watch: CardWatch) => Promise<string>): Promise<string> {
    const opened = await this.open(given);
    return typeof opened === 'string' ? opened : step(opened);
  }

  /** Does the same without taking a card: if no process works the card, `beside` answers. */
  async onRunning(
    given: CardChoice,
    step: (watch: CardWatch) => Promise<string>,
    beside: (board: Board, shown: Card) => Promise<string>,
  ): Promise<string> {
    const card = this.#cardOf(given);
    const isOwn = card === this.#task || card === this.#world.card;
    if (isOwn || this.cards.isHeld(card) || this.#ended.has(card)) return this.onCard(given, step);
    const board = this.#boardOf(card, given);
    const { shown, isWorked } = await this.cards.look(card, board);
    return isWorked ? this.onCard(given, step) : beside(board, shown);
  }

  /**
   * Reads the card, and ends the run if it is over.
   * @returns `stopped: <reason>`, or the card's answer
   */
  async judge(watch: CardWatch, signal: AbortSignal): Promise<string | Exclude<Judged, { kind: 'over' }>> {
    const judged = await this.cards.judge(watch, signal);
    return judged.kind === 'over' ? this.#endedWith(watch, judged.end) : judged;
  }

  /**
   * Ends the run, once.
   * @returns `stopped: <reason>`
   */
  async end(watch: CardWatch, over: Over): Promise<string> {
    return this.#endedWith(watch, await this.cards.end(watch, over));
  }

  /** Returns `stopped: <reason>` once that run was ended. */
  ended({ run }: CardWatch): string | null {
    return this.#ended.get(run.card) ?? null;
  }

  /** Makes a pass, one at a time. */
  pass(mode: Exclude<PassMode, 'once'>, signal: AbortSignal): Promise<PassResult> {
    return this.cards.passes.run(mode, signal);
  }

  /** Returns the run that this server was dispatched to, if it was begun and goes on. */
  unfinished(): { readonly card: string; readonly startedAt: number } | null {
    if (this.#task === null || this.#startedAt === null || this.#ended.has(this.#task)) return null;
    return { card: this.#task, startedAt: this.#startedAt };
  }

  #cardOf(given: CardChoice): string {
    return given.task_id ?? this.#task ?? this.#world.card;
  }

  #boardOf(card: string, given: CardChoice): Board {
    const { boardFor, boardOfCard } = this.#world;
    return boardFor({ name: boardOfCard(card), slug: given.board ?? null, runMs: null });
  }

  /** Reads the card first: a restarted server does not know whether the run is over. */
  async #lookFirst(signal: AbortSignal): Promise<void> {
    const task = this.#task;
    if (task === null) return;
    const limit = AbortSignal.any([signal, AbortSignal.timeout(firstReadMs)]);
    const shown = await this.#boardOf(task, {})
      .show(task, limit)
      .catch(() => null);
    const over = shown === null ? null : judgeByRules(shown, { until: null, now: this.#world.ports.now() });
    if (over !== null) this.#keepEnd(task, overText(over));
  }

  #endedWith({ run }: CardWatch, { summary }: MonitorEnd): string {
    // A card that is unblocked begins with a fresh turn.
    if (run.card === this.#task) this.#budget?.begin();
    return this.#keepEnd(run.card, `stopped: ${summary}`);
  }

  #keepEnd(card: string, text: string): string {
    this.#ended.set(card, text);
    return text;
  }
}

/** Returns the budget of a turn; `setup` writes a variable for a profile with shorter turns. */
function budgetOf({ stateDir, env }: WatchWorld, dispatched: Dispatched): TurnBudget {
  const range = { least: 1, most: dispatched.callsInTurn };
  return new TurnBudget(stateDir, dispatched, readNumber(env['AGENT_SESSIONS_TURN_CALLS'], range));
}

function overText({ reason }: OverByRules): string {
  return `stopped: ${reason}`;
}
