import { hostname } from 'node:os';
import { askAgainMs, type Board, type Card, type CardComment } from '../board/board.ts';
import type { Settings } from '../config/settings.ts';
import { askBack, runSummary } from '../core/words/messages.ts';
import { BoardError, NoSuchCardError } from '../errors.ts';
import { asError } from '../system/errno.ts';
import { PassedTime } from '../system/passed-time.ts';
import type { PassPorts } from '../pass/pass.ts';
import { say, tellCard, type CardReader } from '../tell/card.ts';
import { ownComments } from '../tell/own-comments.ts';
import type { BoardSteps } from './card-queue.ts';
import { endRun, type MonitorEnd } from './end-run.ts';
import { driftsOfRun, type RunDrifts } from './run-drifts.ts';
import { heartbeatOf } from './heartbeat.ts';
import { judgeByRules, type Over, type Pause, type Wanted } from './judge.ts';
import { LastingFailure } from './lasting-failure.ts';
import { makeModelJudge, type ModelJudge } from './model-judge.ts';
import type { Passes } from './passes.ts';
import { askEveryMs, watchForStop } from './stop-watch.ts';
import { readerOf } from './watch-world.ts';

/** How long the last words on a card may take; ms. */
const lastWordsMs = 30_000;
/** The same once a signal has come: a board that hangs must not keep the process; ms. */
const hastyWordsMs = 4_000;

export interface CardRunOptions {
  readonly ports: Pick<PassPorts, 'log' | 'now' | 'settings'>;
  readonly settings: Settings;
  readonly board: Board;
  /** The card as it was claimed. */
  readonly claimed: Card;
  readonly level: 'silent' | 'drift' | 'verbose';
  /** When the run ends by itself; ms since 1970. */
  readonly endsAt: number | null;
  /** Decides whether a monitor works the card beside this process now, and asks back on it. Absent: none ever does. */
  readonly isBeside?: () => boolean;
  readonly passes: Pick<Passes, 'since' | 'last' | 'failure' | 'failing' | 'triggers' | 'follower'>;
}

/** The work of one run on its card, step by step. */
export class CardRun implements BoardSteps {
  readonly card: string;
  /** ms since 1970. */
  readonly startedAt: number;
  readonly #options: CardRunOptions;
  readonly #reader: CardReader;
  readonly #model: ModelJudge | null;
  readonly #failure: LastingFailure;
  /** The time since this process took up the run. */
  readonly #passed: PassedTime;
  #heldUntil: number | null = null;
  /** Why the card could not be told or read. */
  #trouble: Error | null = null;
  /** Comments for the caller to judge. */
  readonly #unclear: CardComment[] = [];
  /** The ids of the comments that were ever among them. */
  readonly #seenUnclear = new Set<string>();
  /** The time since it asked back: a board may show a comment otherwise than it was made. */
  #asked: PassedTime | null = null;
  /** The time since the card was first read without a claim. */
  #unclaimed: PassedTime | null = null;
  #ended: MonitorEnd | null = null;

  constructor(options: CardRunOptions) {
    const { ports, settings, board, claimed } = options;
    const { now } = ports;
    const { judge } = settings;
    this.card = claimed.id;
    this.startedAt = claimed.run?.startedAt ?? now();
    this.#options = options;
    this.#reader = readerOf({ ports, settings }, board, claimed.id);
    this.#model = judge === null ? null : makeModelJudge(judge, now);
    this.#passed = new PassedTime(now);
    this.#failure = new LastingFailure(ports.settings.blindAfterMs, now);
  }

  /** When news that is held back may be told; ms since 1970. */
  get heldUntil(): number | null {
    return this.#heldUntil;
  }

  async tell(signal: AbortSignal): Promise<void> {
    const { level, passes } = this.#options;
    if (level === 'silent') return;
    const told = tellCard(this.#reader, signal).then(({ heldUntil }) => void (this.#heldUntil = heldUntil));
    // Where there was nothing to tell, the board was not tried.
    this.#trouble = (await troubleOf(told)) ?? this.#trouble;
    const { failing } = passes;
    const text = this.#failure.due(failing);
    if (text === null) return;
    const said = say(this.#reader, text, signal).then(() => this.#failure.told(failing));
    this.#trouble = (await troubleOf(said)) ?? this.#trouble;
  }

  /** Returns when the card is to be read again: with the next pass if the board is in trouble. */
  readAgainAt(readAt: number): number {
    const { board, endsAt } = this.#options;
    return this.#trouble === null ? Math.min(readAt + board.traits.readEveryMs, endsAt ?? Infinity) : 0;
  }

  get claimAt(): number | null {
    return this.#unclaimed === null ? null : this.#options.ports.now() + askAgainMs - this.#unclaimed.ms;
  }

  /** Reads from the card whether the run is over, and asks back on it where a comment is not clear. */
  async isOver(signal: AbortSignal): Promise<Wanted> {
    const { board } = this.#options;
    try {
      const shown = await board.show(this.card, signal);
      this.#trouble = null;
      return (await this.#takenAway(shown, signal)) ?? (await this.#judge(shown, signal));
    } catch (error) {
      if (error instanceof NoSuchCardError) return { kind: 'ended', reason: 'the card is gone' };
      if (!(error instanceof BoardError)) throw error;
      this.#trouble = error;
      return { kind: 'unknown', reason: error.message };
    }
  }

  /**
   * Sends a heartbeat.
   * @returns its note, and why it did not come to the board
   */
  async heartbeat(signal: AbortSignal, note?: string): Promise<{ readonly note: string; readonly lost: Error | null }> {
    const { board, level, passes } = this.#options;
    const text = note ?? heartbeatOf(await this.#drifts(), passes, this.#trouble);
    const lost = await troubleOf(board.heartbeat(this.card, text, signal));
    this.#trouble = lost;
    if (level === 'verbose' && !board.traits.showsHeartbeats) await troubleOf(say(this.#reader, text, signal));
    return { note: text, lost };
  }

  /** Returns each comment that is not clear, once: a person or a model must judge it. */
  takeUnclear(): CardComment | null {
    return this.#unclear.shift() ?? null;
  }

  /** How the run was ended; `null`: it goes on. */
  get ended(): MonitorEnd | null {
    return this.#ended;
  }

  /**
   * Ends or pauses the run, once. Called in the turn of the card's queue.
   * @param hurry aborts when the process must end
   * @throws BoardError: to be tried again
   */
  async end(over: Over | Pause, hurry: AbortSignal): Promise<MonitorEnd> {
    const words = { reader: this.#reader, tells: this.#options.level !== 'silent', summary: () => this.#summary() };
    this.#ended ??= await endRun(over, words, lastWordsSignal(hurry));
    return this.#ended;
  }

  async #takenAway(shown: Card, signal: AbortSignal): Promise<Over | null> {
    const { board, claimed } = this.#options;
    if (shown.assignee !== claimed.assignee)
      return { kind: 'ended', reason: `the card was given to ${shown.assignee ?? 'no worker'}` };
    if (shown.status !== 'ready') {
      this.#unclaimed = null;
      return null;
    }
    if (await board.workers?.startFor(shown, signal))
      return { kind: 'ended', reason: `${board.traits.title} took the card back, for a worker of its own` };
    // The claim has expired, or a person is giving the card to another worker: that takes two steps, and a claim between
    // them would refuse the second.
    this.#unclaimed ??= new PassedTime(this.#options.ports.now);
    if (this.#unclaimed.ms < askAgainMs) return null;
    await board.claim(this.card, { pid: process.pid, host: hostname() }, shown, signal);
    this.#unclaimed = null;
    return null;
  }

  async #judge(shown: Card, signal: AbortSignal): Promise<Wanted> {
    const { ports, settings, level, endsAt, isBeside = () => false } = this.#options;
    const now = ports.now();
    const ruled = judgeByRules(shown, { until: endsAt, now });
    if (ruled !== null) return ruled;
    const isOwnComment = ownComments(await ports.log.read(), this.card);
    const stop = watchForStop({ card: shown, isOwnComment, phrases: settings.stop.phrases, now });
    if (stop.kind === 'stop') return { kind: 'stopped', at: stop.comment.createdAt };
    const fresh = stop.unclear.filter(({ id }) => !this.#seenUnclear.has(id));
    for (const comment of fresh) this.#seenUnclear.add(comment.id);
    this.#unclear.push(...fresh);
    if (stop.asks && level !== 'silent' && !isBeside() && (this.#asked?.ms ?? Infinity) >= askEveryMs) {
      this.#trouble = await troubleOf(say(this.#reader, askBack(), signal));
      if (this.#trouble === null) this.#asked = new PassedTime(ports.now);
    }
    const unwanted = await this.#model?.ask(shown, isOwnComment, signal);
    return typeof unwanted === 'string' ? { kind: 'completed', reason: unwanted } : { kind: 'wanted' };
  }

  /** Sums up the run; drifts that the process found before the run began count too. */
  async #drifts(): Promise<RunDrifts> {
    const { ports, passes } = this.#options;
    // By a clock that was set back since, the run began earlier.
    const since = Math.min(this.startedAt, passes.since ?? this.startedAt, ports.now() - this.#passed.ms);
    return driftsOfRun(await ports.log.ledger(), { card: this.card, since });
  }

  async #summary(): Promise<string> {
    const { last, failure } = this.#options.passes;
    return runSummary((await this.#drifts()).kinds, {
      failed: failure?.message ?? null,
      blind: last?.plan.blind ?? [],
    });
  }
}

/** Aborts when the last words have taken too long. */
function lastWordsSignal(hurry: AbortSignal): AbortSignal {
  const tooLate = new AbortController();
  const hasten = (): void => void setTimeout(() => tooLate.abort(), hastyWordsMs).unref();
  if (hurry.aborted) hasten();
  else hurry.addEventListener('abort', hasten, { once: true });
  return AbortSignal.any([tooLate.signal, AbortSignal.timeout(lastWordsMs)]);
}

/** Returns how a post failed. A board that fails later does not end the loop: the next heartbeat says so. */
async function troubleOf(posting: Promise<unknown>): Promise<Error | null> {
  return posting.then(() => null, asError);
}
