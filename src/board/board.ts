/** A board that refused, or did not answer, is left alone for so long; ms. */
export const askAgainMs = 5_000;

/** What a board is and can do, as data: the program asks for a trait, never for a board's name. */
export interface BoardTraits {
  /** The name in messages. */
  readonly title: string;
  /**
   * A claim takes the card from any holder, and begins a new run if the last one is over. Without this trait a run that
   * is over stays over until a person begins it anew, and another worker's run is left alone.
   */
  readonly claimsAnyCard: boolean;
  /** The board itself shows heartbeats. Without this trait `monitor --level verbose` writes them as comments. */
  readonly showsHeartbeats: boolean;
  /**
   * People read and write its cards with a program of its own. Without this trait the monitor's terminal shows and
   * takes comments.
   */
  readonly hasOwnInterface: boolean;
  /**
   * The address of a pull request in a comment changes what the board does with the card, so comments name it in
   * another way.
   */
  readonly reactsToPullRequests: boolean;
  /** The longest comment; bytes. */
  readonly commentBytes: number;
  /** How often the card is read without a hint of `watch`; 0: after each pass, because it costs nothing; ms. */
  readonly readEveryMs: number;
  /** How long a tool's call waits for news by default; s. */
  readonly waitSeconds: number;
}

/** The board a card lives on. Every adapter passes `test/contract/board.ts`. */
export interface Board extends BoardName {
  readonly traits: BoardTraits;
  /** `null`: the board starts no workers of its own. */
  readonly workers: BoardWorkers | null;
  /**
   * Returns the card.
   * @throws BoardError if there is no such card or the board does not answer in time
   */
  show(card: string, signal: AbortSignal): Promise<Card>;
  /**
   * Takes the card for this process, and begins its run or goes on with it.
   * @param shown the card as the caller has just read it, so that the board need not; `null`: the caller did not read it
   * @returns the card, read after the claim
   * @throws BoardError if the board refuses, as where another process has claimed the card since it was read
   */
  claim(card: string, holder: { pid: number; host: string }, shown: Card | null, signal: AbortSignal): Promise<Card>;
  comment(card: string, body: string, signal: AbortSignal): Promise<void>;
  heartbeat(card: string, note: string, signal: AbortSignal): Promise<void>;
  /** Ends the run: the card is blocked with that reason. */
  block(card: string, reason: string, signal: AbortSignal): Promise<void>;
  /** Ends the run: the card is done, with a summary. */
  complete(card: string, summary: string, signal: AbortSignal): Promise<void>;
  /** Leaves the run open at the end of the process: the next start goes on with it. */
  pause(card: string, signal: AbortSignal): Promise<void>;
  /**
   * Calls back when something on the card may have changed; a hint: read the card again. A heartbeat need not be a hint.
   * Resolves on abort.
   */
  watch(card: string, onHint: () => void, signal: AbortSignal): Promise<void>;
}

/** What a board tells of the workers that it starts. */
export interface BoardWorkers {
  /** Decides whether the board starts a worker for the card. A claim would keep that worker away. @throws BoardError */
  startFor(card: Card, signal: AbortSignal): Promise<boolean>;
  /** Decides whether a worker's model has one turn only: news that is not told by its end is never told. */
  haveOneTurn(signal: AbortSignal): Promise<boolean>;
  /** Returns when the board ends the card's worker; ms since 1970. `null`: it does not. */
  endAt(card: Card, signal: AbortSignal): Promise<number | null>;
}

/** Names one board of one kind. */
export interface BoardName {
  /** The name of the kind, which `--board` takes. */
  readonly name: string;
  /** The board among several of that kind; `null`: the usual one. */
  readonly slug: string | null;
}

/** One kind of board, as the table of boards lists it. */
export interface BoardKind<Settings> {
  /** The name that `--board` takes. */
  readonly name: string;
  readonly traits: BoardTraits;
  /** The flag that names one of several boards of this kind; `null`: there is one. */
  readonly slugFlag: { readonly name: string; readonly description: string } | null;
  /**
   * The variable that names the card if the board starts this process; `null`: the board starts none, and a claim makes
   * a missing card.
   */
  readonly cardVariable: string | null;
  /** Returns the card for which the board started this process; `null`: it did not. */
  dispatched(env: Environment): Dispatched | null;
  open(options: BoardOptions<Settings>): Board;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** A card that a board gave to this process when it started it. */
export interface Dispatched {
  /** The name of the board. */
  readonly board: string;
  readonly card: string;
  /** The board's id of this run of the card. Each id begins a new turn of a model. `null`: it is not known. */
  readonly run: string | null;
  /** How many calls of this program's tools fit into a model's turn. */
  readonly callsInTurn: number;
}

export interface BoardOptions<Settings> {
  readonly settings: Settings;
  readonly env: Environment;
  /** ms since 1970. */
  readonly now: () => number;
  /** The name on comments; `null`: the monitor's own on that board. */
  readonly author: string | null;
  /** The board among several; `null`: the usual one. */
  readonly slug: string | null;
  /** How long the run is to take; ms. `null`: it is not known. */
  readonly runMs: number | null;
  /** Tells the user of something although nothing has failed. */
  readonly notice: (line: string) => void;
}

const knownStatuses = new Set(['triage', 'todo', 'ready', 'running', 'blocked', 'scheduled', 'done', 'archived']);

/** Decides whether a run may be under way on the card: its status is `running` or unknown. */
export function mayBeWorked({ status }: Pick<Card, 'status'>): boolean {
  return status === 'running' || !knownStatuses.has(status);
}

/** Times are ms since 1970. */
export interface Card {
  readonly id: string;
  readonly title: string;
  readonly body: string;
  /** The board's own word. An unknown word is kept as it is: it begins and ends no run. */
  readonly status: string;
  readonly blockReason: string | null;
  /** The worker it is meant for. */
  readonly assignee: string | null;
  readonly run: { readonly startedAt: number; readonly pid: number | null } | null;
  /** In the order of the board; a comment's position is its index. */
  readonly comments: readonly CardComment[];
  /** Index of the first comment of the current run: a stop before it does not count. */
  readonly runFromComment: number;
  readonly events: readonly { readonly kind: string; readonly createdAt: number }[];
}

export interface CardComment {
  readonly id: string;
  readonly author: string;
  readonly body: string;
  readonly createdAt: number;
}
