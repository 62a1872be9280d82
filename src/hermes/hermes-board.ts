import { setTimeout as pause } from 'node:timers/promises';
import { mayBeWorked, type Board, type BoardKind, type BoardTraits, type Card } from '../board/board.ts';
import { clean } from '../core/words/text.ts';
import { BoardError, NoSuchCardError } from '../errors.ts';
import { jsonBehindBanner } from '../system/json.ts';
import { setVariable } from '../system/set-variable.ts';
import { hearPlugin } from './card-hints.ts';
import { makeHermesCommand, refused, type HermesCommand } from './hermes-command.ts';
import { HermesWorkers } from './hermes-workers.ts';
import type { Shown } from './kanban-answers.ts';
import { cardOf, nextBlockKind } from './shown-card.ts';
import { callsInTurn } from './turns.ts';

const traits: BoardTraits = {
  title: 'Hermes',
  claimsAnyCard: false,
  showsHeartbeats: true,
  hasOwnInterface: true,
  // An address in a recent comment keeps Hermes from starting the card's worker for a day.
  reactsToPullRequests: true,
  // A worker's context shows so much of a comment.
  commentBytes: 2_048,
  // `tail` tells of everything but a card that was deleted, and Hermes refuses the heartbeat of such a card: then it is
  // read with the next pass. This is for what a `tail` may miss all the same: of two new events it skips the older one
  // if a clock set back sorts the newer first, and from a database that was put back from a copy it skips all numbers
  // that it has printed before.
  readEveryMs: 15 * 60_000,
  // Hermes' own time-out of a call is 300 s.
  waitSeconds: 240,
};

/** The Kanban boards of Hermes. */
export const hermesBoards: BoardKind<{ readonly hermes: { readonly command: string }; readonly stateDir: string }> = {
  name: 'hermes',
  traits,
  slugFlag: { name: 'hermes-board', description: "Hermes' slug of the board" },
  cardVariable: 'HERMES_KANBAN_TASK',
  dispatched: (env) => {
    const card = setVariable(env, 'HERMES_KANBAN_TASK');
    if (card === null) return null;
    return { board: 'hermes', card, run: setVariable(env, 'HERMES_KANBAN_RUN_ID'), callsInTurn };
  },
  open: ({ settings, env, slug, author, runMs }) => {
    const board = slug ?? setVariable(env, 'HERMES_KANBAN_BOARD');
    return new HermesBoard({
      hermes: makeHermesCommand({ program: settings.hermes.command, slug: board, env }),
      author: author ?? setVariable(env, 'HERMES_PROFILE') ?? 'agent-sessions-monitor',
      runMs,
      stateDir: settings.stateDir,
    });
  },
};

export interface HermesBoardOptions {
  readonly hermes: HermesCommand;
  /** The name on comments. It is the worker's own: Hermes pushes comments of other authors into its worker. */
  readonly author: string;
  /** How long the run is to take; ms. `null`: it is not known. */
  readonly runMs: number | null;
  readonly stateDir: string;
}

/** How long a claim holds: Hermes takes it back after that, whatever heartbeats came; a year in seconds. */
const usualClaim = 365 * 24 * 60 * 60;
const claimMargin = 15 * 60;
/**
 * A line of `tail` that tells of a heartbeat, `[2026-11-30 03:12] heartbeat {'note': 'alive'}`: no reason to read the
 * card. With this event Hermes writes nothing but `last_heartbeat_at`, which is not read (`heartbeat_worker` in
 * `hermes_cli/kanban_db.py`, `_cmd_tail` in `kanban.py`, 0.18.2 and 0.19.0). The kind comes right behind the time, and the
 * payload is one line of Python, so no other event and no text of a person begins in this way.
 */
const heartbeatLine = /^\[\d{4}-\d\d-\d\d \d\d:\d\d\] heartbeat(?: \{.*\})?$/;
/** `tail` prints a burst of lines at its start, all old events, and when one command makes two events; ms. */
const gatherMs = 200;
/** The longest wait before a `tail` that ended is started again; ms. */
const longestPauseMs = 60_000;

/**
 * A card on Hermes' Kanban board. Hermes ends with 0 on every error: success is what it says on stdout.
 * (hermes-agent 0.18.2 and 0.19.0.)
 */
export class HermesBoard implements Board {
  readonly name = hermesBoards.name;
  readonly slug: string | null;
  readonly traits = traits;
  readonly workers: HermesWorkers;
  readonly #hermes: HermesCommand;
  readonly #author: string;
  readonly #stateDir: string;
  /** How long a claim holds; seconds. */
  readonly #ttl: number;
  /** When a card was first seen on this board; ms since 1970. */
  #seenAt: number | null = null;

  constructor({ hermes, author, runMs, stateDir }: HermesBoardOptions) {
    this.#hermes = hermes;
    this.slug = hermes.slug;
    this.workers = new HermesWorkers(hermes);
    this.#author = author;
    this.#stateDir = stateDir;
    this.#ttl = runMs === null ? usualClaim : Math.ceil(runMs / 1_000) + claimMargin;
  }

  async show(card: string, signal: AbortSignal): Promise<Card> {
    return cardOf(await this.#read(card, signal));
  }

  async claim(card: string, _: unknown, shown: Card | null, signal: AbortSignal): Promise<Card> {
    const before = shown ?? (await this.show(card, signal));
    // The claim is there if Hermes dispatched the card, or a process that crashed had claimed it. In an unknown status
    // nothing is claimed.
    if (mayBeWorked(before)) return before;
    // Hermes refuses it if another process has claimed the card since it was read: then the card is not ours.
    await this.#act(['claim', '--ttl', String(this.#ttl), '--', card], /^Claimed /m, card, signal);
    return this.show(card, signal);
  }

  comment(card: string, body: string, signal: AbortSignal): Promise<void> {
    return this.#act(['comment', '--author', this.#author, '--', card, body], /^Comment added to /m, card, signal);
  }

  heartbeat(card: string, note: string, signal: AbortSignal): Promise<void> {
    return this.#act(['heartbeat', '--note', note, '--', card], /^Heartbeat recorded for /m, card, signal);
  }

  async block(card: string, reason: string, signal: AbortSignal): Promise<void> {
    const before = await this.#read(card, signal);
    try {
      await this.#act(['block', '--kind', nextBlockKind(before), '--', card, reason], /^Blocked /m, card, signal);
    } catch (error) {
      // Hermes may keep a card in an unknown status: then only the last comment says that the run is over.
      if (before.task.status !== 'running' && mayBeWorked(before.task)) return;
      throw error;
    }
    const { status } = await this.show(card, signal);
    if (status !== 'blocked') throw refused(`the card was to be blocked, and landed in ${clean(status)}`);
  }

  async complete(card: string, summary: string, signal: AbortSignal): Promise<void> {
    try {
      await this.#act(
        ['complete', '--summary', summary, '--result', summary, '--', card],
        /^Completed /m,
        card,
        signal,
      );
    } catch (error) {
      // Only its judge completes a goal card (0.19.0). Once it is blocked, no worker goes on with it either.
      if (!(error instanceof BoardError) || !/rejected by judge/.test(error.message)) throw error;
      await this.block(card, 'it ended, and its judge does not call it done: see the last comment', signal);
    }
  }

  /** Does nothing: the claim stays, and the next start goes on with it. */
  async pause(): Promise<void> {
    await Promise.resolve();
  }

  async watch(card: string, onHint: () => void, signal: AbortSignal): Promise<void> {
    hearPlugin(this.#stateDir, card, onHint, signal);
    const hint = gathered(onHint, signal);
    const onLine = (line: string): void => {
      if (!heartbeatLine.test(line)) hint();
    };
    for (let pauseMs = 1_000; !signal.aborted; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
      // Hermes may be away for a while.
      await this.#hermes.follow(['tail', '--interval', '1', '--', card], onLine, signal).catch(() => undefined);
      // The next `tail` does not tell of changes before its start.
      hint();
      await pause(pauseMs, undefined, { signal }).catch(() => undefined);
    }
  }

  async #read(card: string, signal: AbortSignal): Promise<Shown> {
    const { stdout, stderr } = await this.#hermes.run(['show', '--json', '--', card], signal);
    await this.#assertKnown(card, stderr, signal);
    // A schema costs 10 ms: only a process that works a card of Hermes pays them.
    const { shownSchema } = await import('./kanban-answers.ts');
    const answer = jsonBehindBanner(stdout);
    const shown = shownSchema.safeParse(answer);
    if (!shown.success) {
      const field = shown.error.issues[0]?.path.join('.') || 'card';
      const unknown = `hermes shows card ${card} in a form that this version does not know: no ${field} as expected`;
      throw refused(stderr || (answer === undefined ? `hermes showed no card ${card}` : unknown));
    }
    this.#seenAt ??= Date.now();
    return shown.data;
  }

  /**
   * Runs a command that must succeed.
   * @throws BoardError if the answer of hermes does not match `success`
   */
  async #act(words: readonly string[], success: RegExp, card: string, signal: AbortSignal): Promise<void> {
    const { stdout, stderr } = await this.#hermes.run(words, signal);
    if (success.test(stdout)) return;
    await this.#assertKnown(card, stderr, signal);
    throw refused(stderr || stdout.trim() || `hermes said nothing to: ${words[0]}`);
  }

  /**
   * Throws if the board does not know the card. If the board's folder is away, Hermes makes a new board without cards:
   * then the card was not deleted.
   * @throws BoardError
   */
  async #assertKnown(card: string, stderr: string, signal: AbortSignal): Promise<void> {
    if (!/^no such task|unknown task/m.test(stderr)) return;
    const madeAt = this.#seenAt === null ? -Infinity : await this.#hermes.boardMadeAt(signal);
    if (madeAt === null || madeAt >= (this.#seenAt ?? 0)) {
      throw refused("the board is another one: is Hermes' folder away?");
    }
    throw new NoSuchCardError(`there is no card ${clean(card)} on Hermes' board`, {
      cure: 'hermes kanban list; another HERMES_HOME or --hermes-board may hold it',
    });
  }
}

/** Returns a hint that makes one call of a burst, after its first `gatherMs`, unless the signal has aborted by then. */
function gathered(onHint: () => void, signal: AbortSignal): () => void {
  let isDue = false;
  return () => {
    if (isDue) return;
    isDue = true;
    setTimeout(() => {
      isDue = false;
      if (!signal.aborted) onHint();
    }, gatherMs);
  };
}
