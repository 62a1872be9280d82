import { hostname } from 'node:os';
import { mayBeWorked, type Board, type Card } from '../board/board.ts';
import { beginCard } from '../tell/card.ts';
import { CardWatch, type Judged } from './card-watch.ts';
import type { MonitorEnd } from './end-run.ts';
import { defaults } from '../config/defaults.ts';
import type { Over, OverByRules } from './judge.ts';
import { takeLease, watcherOf } from './one-monitor.ts';
import { Passes } from './passes.ts';
import { cardOfAnother, runBegins, takeCard } from './take-card.ts';
import type { WatchWorld } from './watch-world.ts';

/** The cards that a process works for its callers: each is taken once, by the first call that needs it. */
export class Cards {
  readonly passes: Passes;
  readonly #world: WatchWorld;
  readonly #opened = new Map<string, Promise<CardWatch | OverByRules>>();
  readonly #held = new Set<string>();
  readonly #closing = new AbortController();
  readonly #serving: AbortSignal;
  #lease: Promise<{ release(): Promise<void> }> | null = null;

  constructor(world: WatchWorld) {
    const { ports, triggers, signal } = world;
    this.#world = world;
    this.#serving = AbortSignal.any([signal, this.#closing.signal]);
    this.passes = new Passes({ ports, triggers: triggers(), notice: () => undefined, signal: this.#serving });
  }

  /**
   * Works the card, or returns why its run is over.
   * @throws BoardError for a card that this process may not take
   */
  open(card: string, board: Board): Promise<CardWatch | OverByRules> {
    const known = this.#opened.get(card);
    if (known !== undefined) return known;
    const opening = this.#open(card, board);
    this.#opened.set(card, opening);
    opening.catch(() => this.#opened.delete(card));
    return opening;
  }

  /**
   * Keeps every other process from watching this registry until the end.
   * @throws WatchedError; BoardError for another worker's card
   */
  async hold({ run, board, isAnothers }: CardWatch): Promise<void> {
    const { card } = run;
    if (isAnothers) throw cardOfAnother(card, 'is worked by a worker of its own');
    this.#held.add(card);
    this.#lease ??= this.#takeLease(card, board);
    await this.#lease.catch((error: unknown) => {
      this.#lease = null;
      throw error;
    });
    if (board.traits.claimsAnyCard) await this.#takeOver(card, board);
  }

  /** Takes the card of a process that watched before. A run that is over by now is not begun anew: the card says so. */
  async #takeOver(card: string, board: Board): Promise<void> {
    const shown = await board.show(card, this.#serving);
    if (shown.run === null || shown.run.pid === process.pid) return;
    const claimed = await board.claim(card, { pid: process.pid, host: hostname() }, shown, this.#serving);
    await this.#world.ports.log.append([runBegins({ claimed, goesOn: true })]);
  }

  isHeld(card: string): boolean {
    return this.#held.has(card);
  }

  /** Shows a card without taking it, and decides whether a run may be under way on it. @throws BoardError */
  async look(card: string, board: Board): Promise<{ readonly shown: Card; readonly isWorked: boolean }> {
    const shown = await board.show(card, this.#serving);
    return { shown, isWorked: mayBeWorked(shown) };
  }

  /** Reads the card, and ends the run if it is over. */
  async judge(watch: CardWatch, signal: AbortSignal): Promise<Judged> {
    const judged = await watch.judge(signal, this.#serving);
    if (judged.kind === 'over') await this.#release();
    return judged;
  }

  /** Ends the run. @throws BoardError: to be tried again. */
  async end(watch: CardWatch, over: Over): Promise<MonitorEnd> {
    const end = await watch.end(over, this.#serving);
    await this.#release();
    return end;
  }

  /** Closes all: runs that this process works pause, those of another process go on. */
  async close(): Promise<void> {
    const by = this.#world.signal.aborted ? 'signal' : 'caller';
    this.#closing.abort();
    const opened = await Promise.all([...this.#opened.values()].map((opening) => opening.catch(() => null)));
    const paused = opened.map(async (watch) => {
      if (watch?.kind !== 'open' || !watch.board.traits.claimsAnyCard) return;
      const { card } = watch.run;
      const shown = await watch.board.show(card, this.#serving);
      if (shown.run?.pid !== process.pid) return;
      await watch.end({ kind: 'paused', by: this.isHeld(card) ? by : null }, this.#serving);
    });
    await Promise.allSettled(paused);
    await this.#release().catch(() => undefined);
  }

  async #takeLease(card: string, board: Board): Promise<{ release(): Promise<void> }> {
    const { stateDir: dir, ports, settings, followers } = this.#world;
    const { configText: config } = settings;
    const lease = await takeLease({ dir, card, board, config, place: ports.place, host: hostname(), now: ports.now });
    const follower = await followers(settings.monitor.intervalMs ?? defaults.crowdedIntervalMs);
    this.passes.follower = follower;
    return {
      release: async () => {
        this.passes.follower = null;
        await follower.close();
        await lease.release();
      },
    };
  }

  async #release(): Promise<void> {
    const lease = await this.#lease;
    this.#lease = null;
    await lease?.release();
  }

  /** Decides whether a monitor of this place works the card, on a board that would let this process claim it. */
  #isWatched(card: string, { name, slug, traits }: Board): boolean {
    const { stateDir: dir, ports } = this.#world;
    const watcher = traits.claimsAnyCard ? watcherOf({ dir, place: ports.place, host: hostname() }) : null;
    const isThere = watcher?.board === undefined || (watcher.board.name === name && watcher.board.slug === slug);
    return watcher !== null && watcher.pid !== process.pid && watcher.card === card && isThere;
  }

  async #open(card: string, board: Board): Promise<CardWatch | OverByRules> {
    const { ports, settings, dispatched } = this.#world;
    const { level, heartbeatMs } = settings.monitor;
    // Before the first pass: a board that is slow to give its card must not lose the drifts that are found meanwhile. A
    // name that is no card is refused by the board.
    if (level !== 'silent') await beginCard(ports.log, card).catch(() => undefined);
    const isOwnRun = () => Promise.resolve(card === dispatched?.card);
    const isBeside = () => this.#isWatched(card, board);
    const taken = await takeCard(
      { board, card, isOwnRun, others: 'join', isWatched: isBeside(), now: ports.now },
      this.#serving,
    );
    if (taken.kind !== 'taken') return taken;
    const { claimed, isAnothers } = taken;
    if (!isAnothers) await ports.log.append([runBegins(taken)]);
    return new CardWatch({
      ports,
      settings,
      board,
      claimed,
      level,
      endsAt: isAnothers ? null : await endsAt(board, claimed, ports.now(), this.#serving),
      isAnothers: isAnothers && !board.traits.claimsAnyCard && typeof claimed.run?.pid === 'number',
      isBeside,
      passes: this.passes,
      heartbeatMs,
      signal: this.#serving,
      onTrouble: () => undefined,
    });
  }
}

const lastMinuteMs = 60_000;

/** Returns when the run is to end by itself: a little before the board ends it, for the last words. ms since 1970 */
async function endsAt({ workers }: Board, card: Card, now: number, signal: AbortSignal): Promise<number | null> {
  const at = await workers?.endAt(card, signal).catch(() => null);
  return at == null ? null : at - Math.min(lastMinuteMs, (at - now) / 4);
}
