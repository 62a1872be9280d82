/** The board a card lives on. Its adapters, `local` and `hermes`, pass `test/contract/board.ts`. */
export interface Board {
  readonly name: 'local' | 'hermes';
  /** The board itself shows that we live; otherwise `monitor --level verbose` writes heartbeats as comments. */
  readonly showsHeartbeats: boolean;
  /** So often the card is read though `watch` hints at nothing; 0: after each pass, it costs nothing. ms */
  readonly readEveryMs: number;
  /** @throws BoardError if there is no such card or the board does not answer in time. */
  show(card: string, signal: AbortSignal): Promise<Card>;
  /** Takes the card for this process: local makes it when missing and begins or goes on with its run. */
  claim(card: string, holder: { pid: number; host: string }, signal: AbortSignal): Promise<Card>;
  comment(card: string, body: string, signal: AbortSignal): Promise<void>;
  heartbeat(card: string, note: string, signal: AbortSignal): Promise<void>;
  /** Ends the run: the card is blocked with that reason. */
  block(card: string, reason: string, signal: AbortSignal): Promise<void>;
  /** Ends the run: the card is done, with a summary. */
  complete(card: string, summary: string, signal: AbortSignal): Promise<void>;
  /** The process goes, the run does not end: the next start goes on with it. */
  pause(card: string, signal: AbortSignal): Promise<void>;
  /** Does the board start a worker of its own for the card? Taking it would keep that one away. @throws BoardError */
  startsWorkerFor(card: Card, signal: AbortSignal): Promise<boolean>;
  /** When the board itself ends the card's run; ms since 1970. `null`: it does not. */
  endsRunAt(card: Card, signal: AbortSignal): Promise<number | null>;
  /** Calls back when something on the card may have changed; a hint, read the card again. Resolves on abort. */
  watch(card: string, onHint: () => void, signal: AbortSignal): Promise<void>;
}

const knownStatuses = new Set(['triage', 'todo', 'ready', 'running', 'blocked', 'scheduled', 'done', 'archived']);

/** Decides whether a run may be under way on the card: it is running, or in a status that says nothing to us. */
export function mayBeWorked({ status }: Pick<Card, 'status'>): boolean {
  return status === 'running' || !knownStatuses.has(status);
}

/** Times are ms since 1970. */
export interface Card {
  readonly id: string;
  readonly title: string;
  readonly body: string;
  /** The board's own word. One that we do not know is carried as it is: it begins and ends no run. */
  readonly status: string;
  readonly blockReason: string | null;
  /** Who is to work it. */
  readonly assignee: string | null;
  readonly run: { readonly startedAt: number; readonly pid: number | null } | null;
  /** In the order of the board; a comment's position is its index. */
  readonly comments: readonly CardComment[];
  /** Index of the first comment of the current run: a stop before it is taken for nothing. */
  readonly runFromComment: number;
  readonly events: readonly { readonly kind: string; readonly createdAt: number }[];
}

export interface CardComment {
  readonly id: string;
  readonly author: string;
  readonly body: string;
  readonly createdAt: number;
}
