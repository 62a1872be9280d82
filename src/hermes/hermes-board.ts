import { setTimeout as pause } from 'node:timers/promises';
import { clean } from '../core/words/text.ts';
import { BoardError, NoSuchCardError } from '../errors.ts';
import { mayBeWorked, type Board, type Card } from '../board/board.ts';
import { cardOf, nextBlockKind } from './shown-card.ts';
import type { HermesCommand } from './hermes-command.ts';
import type { Shown } from './kanban-answers.ts';
import { jsonIn } from '../system/json.ts';

/** A claim is taken back at its end, whatever heartbeats came; a service runs for months; seconds. */
const usualClaim = 365 * 24 * 60 * 60;
const claimMargin = 15 * 60;
/** `tail` tells of everything but a card that was deleted; ms. */
const safetyMs = 5 * 60_000;
/** `tail` that ended is started again after so long, at most; ms. */
const longestPauseMs = 60_000;

/**
 * A card on Hermes' Kanban board. Hermes ends with 0 on every error: success is what it says on stdout.
 * (hermes-agent 0.18.2 and 0.19.0.)
 */
export function makeHermesBoard(options: {
  readonly hermes: HermesCommand;
  /** Whose name stands on comments: the worker's own, for Hermes pushes those of others into it. */
  readonly author: string;
  /** How long the run is to take; ms. `null`: nobody knows. */
  readonly runMs: number | null;
}): Board {
  const { hermes, author, runMs } = options;
  let seenAt: number | null = null;
  const ttl = runMs === null ? usualClaim : Math.ceil(runMs / 1_000) + claimMargin;

  async function read(card: string, signal: AbortSignal): Promise<Shown> {
    const { stdout, stderr } = await hermes.run(['show', '--json', '--', card], signal);
    if (/^no such task|unknown task/m.test(stderr)) throw await missing(card, signal);
    // A schema costs 10 ms: only who works a card of Hermes pays them.
    const { shownSchema } = await import('./kanban-answers.ts');
    const shown = shownSchema.safeParse(jsonIn(stdout));
    if (shown.success) {
      seenAt ??= Date.now();
      return shown.data;
    }
    throw refused(stderr === '' ? `hermes showed no card ${card}` : stderr);
  }

  /** Where its folder is not to be found, Hermes makes a new board, and knows no card there: nobody deleted ours. */
  async function missing(card: string, signal: AbortSignal): Promise<BoardError> {
    if (seenAt === null) return noSuchCard(card);
    const madeAt = await hermes.boardMadeAt(signal);
    return madeAt !== null && madeAt < seenAt
      ? noSuchCard(card)
      : refused("the board is another one: is Hermes' folder away?");
  }

  /** @throws BoardError if what hermes answers is not `success`. */
  async function act(words: readonly string[], success: RegExp, card: string, signal: AbortSignal): Promise<void> {
    const { stdout, stderr } = await hermes.run(words, signal);
    if (success.test(stdout)) return;
    if (/^no such task|unknown task/m.test(stderr)) throw await missing(card, signal);
    throw refused(stderr || stdout.trim() || `hermes said nothing to: ${words[0]}`);
  }

  async function block(card: string, reason: string, signal: AbortSignal): Promise<void> {
    const before = await read(card, signal);
    try {
      await act(['block', '--kind', nextBlockKind(before), '--', card, reason], /^Blocked /m, card, signal);
    } catch (error) {
      // Hermes may not let a card go from a status that we do not know: then the last comment alone says that it is over.
      if (before.task.status !== 'running' && mayBeWorked(before.task)) return;
      throw error;
    }
    const { status } = await show(card, signal);
    if (status !== 'blocked') throw refused(`the card was to be blocked, and landed in ${clean(status)}`);
  }

  const show = async (card: string, signal: AbortSignal): Promise<Card> => cardOf(await read(card, signal));

  return {
    name: 'hermes',
    showsHeartbeats: true,
    readEveryMs: safetyMs,
    show,
    claim: async (card, _, signal) => {
      const now = await show(card, signal);
      // Dispatched to us, or ours from before a crash: the claim stands. In a status that we do not know nothing is claimed.
      if (mayBeWorked(now)) return now;
      await act(['claim', '--ttl', String(ttl), '--', card], /^Claimed /m, card, signal);
      return show(card, signal);
    },
    comment: (card, body, signal) =>
      act(['comment', '--author', author, '--', card, body], /^Comment added to /m, card, signal),
    heartbeat: (card, note, signal) =>
      act(['heartbeat', '--note', note, '--', card], /^Heartbeat recorded for /m, card, signal),
    block,
    complete: async (card, summary, signal) => {
      try {
        await act(['complete', '--summary', summary, '--result', summary, '--', card], /^Completed /m, card, signal);
      } catch (error) {
        // A goal card is done when its judge says so (0.19.0); it must not be worked on either.
        if (!(error instanceof BoardError) || !/rejected by judge/.test(error.message)) throw error;
        await block(card, 'it ended, and its judge does not call it done: see the last comment', signal);
      }
    },
    pause: () => Promise.resolve(),
    startsWorkerFor: async ({ assignee }, signal) => {
      if (assignee === null) return false;
      const { profilesIn } = await import('./kanban-answers.ts');
      const profiles = profilesIn((await hermes.run(['assignees', '--json'], signal)).stdout);
      if (profiles === null) throw refused('Hermes did not say which profiles it has');
      return profiles.includes(assignee);
    },
    endsRunAt: async ({ id, run, events }, signal) => {
      const claimed = events.findLast(({ kind }) => kind === 'claimed');
      // Hermes ends the workers that it spawned, and nobody else.
      if (typeof run?.pid !== 'number' || claimed === undefined) return null;
      const { stdout } = await hermes.run(['context', '--', id], signal);
      const seconds = /^Max runtime: (\d+)s$/m.exec(stdout.split('\n\n')[1] ?? '')?.[1];
      return seconds === undefined ? null : claimed.createdAt + Number(seconds) * 1_000;
    },
    watch: async (card, onHint, signal) => {
      for (let pauseMs = 1_000; !signal.aborted; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
        // Hermes may be away for a while.
        await hermes.follow(['tail', '--interval', '1', '--', card], onHint, signal).catch(() => undefined);
        // Until the next one begins nobody tells.
        if (!signal.aborted) onHint();
        await pause(pauseMs, undefined, { signal }).catch(() => undefined);
      }
    },
  };
}

function noSuchCard(card: string): NoSuchCardError {
  return new NoSuchCardError(`there is no card ${clean(card)} on Hermes' board`, {
    cure: 'hermes kanban list; another HERMES_HOME or --hermes-board may hold it',
  });
}

function refused(words: string): BoardError {
  return new BoardError(`Hermes' board refused: ${clean(words.split('\n').at(-1) ?? words)}`, {
    where: 'hermes kanban',
    cure: 'try it by hand: hermes kanban list',
  });
}
