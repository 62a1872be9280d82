import type { Board, BoardName, Card } from '../board/board.ts';
import { isoMillis } from '../core/words/time.ts';
import { NoSuchCardError } from '../errors.ts';
import { InTurn } from '../system/in-turn.ts';
import type { Live } from './live.ts';
import type { Watcher } from './looks.ts';
import type { PageCard } from './page-data.ts';

/** The comments that the page shows, the newest. */
const mostComments = 200;

/** Names a card on its board. */
export interface CardName {
  readonly board: BoardName;
  readonly id: string;
}

export interface CardViewOptions {
  /** Returns the card that a monitor works; `null`: that of no monitor. */
  readonly cardOf: (watcher: Watcher | null) => CardName;
  readonly open: (board: BoardName) => Board;
  /** The user lets the page comment where the board has no interface of its own. */
  readonly comments: boolean;
}

/** The card that is worked, as its board shows it. It is read when the board hints that it changed. */
export class CardView implements Live<PageCard | null> {
  value: PageCard | null = null;
  readonly #options: CardViewOptions;
  #name: CardName;
  #board: Board;
  #following: { readonly onChange: () => void; readonly signal: AbortSignal } | null = null;
  #over = new AbortController();

  constructor(options: CardViewOptions) {
    this.#options = options;
    this.#name = options.cardOf(null);
    this.#board = options.open(this.#name.board);
  }

  get mayComment(): boolean {
    return this.#options.comments && !this.#board.traits.hasOwnInterface;
  }

  follow(onChange: () => void, signal: AbortSignal): void {
    this.#following = { onChange, signal };
    this.#begin();
  }

  /** Turns to the card of that monitor. */
  choose(watcher: Watcher | null): void {
    const name = this.#options.cardOf(watcher);
    const { id, board } = this.#name;
    if (name.id === id && name.board.name === board.name && name.board.slug === board.slug) return;
    this.#name = name;
    this.#board = this.#options.open(name.board);
    this.value = null;
    this.#begin();
  }

  /** Comments on the card. @throws BoardError */
  comment(text: string, signal: AbortSignal): Promise<void> {
    return this.#board.comment(this.#name.id, text, signal);
  }

  #begin(): void {
    this.#over.abort();
    if (this.#following === null) return;
    this.#over = new AbortController();
    const over = AbortSignal.any([this.#following.signal, this.#over.signal]);
    const { onChange } = this.#following;
    const turns = new InTurn();
    let isDue = false;
    const hint = (): void => {
      isDue = true;
      void turns.run(async () => {
        if (!isDue || over.aborted) return;
        isDue = false;
        const value = await this.#shown(over);
        if (over.aborted) return;
        this.value = value;
        onChange();
      });
    };
    void this.#board.watch(this.#name.id, hint, over).catch(() => undefined);
    hint();
  }

  /** Returns the card as it is now. While its board does not answer it stays as it was. */
  async #shown(signal: AbortSignal): Promise<PageCard | null> {
    try {
      return pageCard(await this.#board.show(this.#name.id, signal), this.mayComment);
    } catch (error) {
      return error instanceof NoSuchCardError ? null : this.value;
    }
  }
}

function pageCard({ id, title, status, comments }: Card, mayComment: boolean): PageCard {
  const newest = comments.slice(-mostComments);
  return {
    id,
    title,
    status,
    comments: newest.map(({ createdAt, ...comment }) => ({ ...comment, created_at: isoMillis(createdAt) })),
    mayComment,
  };
}
