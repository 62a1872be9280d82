import type { Board, BoardTraits, BoardWorkers, Card } from '../../src/board/board.ts';
import { localBoards } from '../../src/board/local-board.ts';
import { foldCard, type CardLine } from '../../src/board/local-card.ts';
import { BoardError } from '../../src/errors.ts';

/** A board in memory, for tests of what stands above the port. */
export class FakeBoard implements Board {
  readonly name = 'fake';
  readonly slug = null;
  readonly traits: BoardTraits;
  workers: BoardWorkers | null = null;
  readonly #cards = new Map<string, CardLine[]>();
  readonly #hints = new Set<() => void>();

  constructor(traits: Partial<BoardTraits> = {}) {
    this.traits = { ...localBoards.traits, title: 'the fake board', ...traits };
  }

  /** Makes a card that nobody works. */
  create(card: string): void {
    this.#cards.set(card, [{ kind: 'created', at: 1, title: 'monitor my sessions' }]);
  }

  async show(card: string): Promise<Card> {
    return foldCard(card, this.#linesOf(card));
  }

  async claim(card: string, holder: { pid: number; host: string }): Promise<Card> {
    if (!this.#cards.has(card)) this.create(card);
    this.#add(card, { kind: 'claimed', at: Date.now(), ...holder });
    return this.show(card);
  }

  async comment(card: string, body: string): Promise<void> {
    const id = `${this.#linesOf(card).length}`;
    this.#add(card, { kind: 'commented', at: Date.now(), id, author: 'fake', body });
  }

  async heartbeat(card: string): Promise<void> {
    this.#linesOf(card);
  }

  async block(card: string, reason: string): Promise<void> {
    this.#add(card, { kind: 'blocked', at: Date.now(), reason });
  }

  async complete(card: string, summary: string): Promise<void> {
    this.#add(card, { kind: 'completed', at: Date.now(), summary });
  }

  async pause(card: string): Promise<void> {
    this.#add(card, { kind: 'paused', at: Date.now() });
  }

  watch(_: string, onHint: () => void, signal: AbortSignal): Promise<void> {
    this.#hints.add(onHint);
    return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  }

  #linesOf(card: string): CardLine[] {
    const lines = this.#cards.get(card);
    if (lines === undefined) throw new BoardError(`there is no card ${card}`, { cure: 'make it' });
    return lines;
  }

  #add(card: string, line: CardLine): void {
    this.#linesOf(card).push(line);
    for (const hint of this.#hints) hint();
  }
}

/** Returns the workers of a board that starts none for the card, and ends none. */
export function workersWith(change: Partial<BoardWorkers>): BoardWorkers {
  return {
    startFor: () => Promise.resolve(false),
    haveOneTurn: () => Promise.resolve(false),
    endAt: () => Promise.resolve(null),
    ...change,
  };
}

/** A board with some of its answers replaced. */
export function boardWith(board: Board, change: Partial<Board>): Board {
  return new Proxy(board, {
    get: (_, key) => {
      const holder = key in change ? change : board;
      const value: unknown = Reflect.get(holder, key);
      return typeof value === 'function' ? value.bind(holder) : value;
    },
  });
}
