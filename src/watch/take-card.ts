import { hostname } from 'node:os';
import { mayBeWorked, type Board, type Card } from '../board/board.ts';
import { clean } from '../core/words/text.ts';
import { isoSeconds } from '../core/words/time.ts';
import { BoardError } from '../errors.ts';
import { judgeByRules, type OverByRules } from './judge.ts';

/** A card whose run goes on, or has begun with this claim. */
export interface TakenCard {
  readonly kind: 'taken';
  readonly claimed: Card;
  /** This process joins another worker's run, and must not end its card. */
  readonly isAnothers: boolean;
  /** The run was under way already. */
  readonly goesOn: boolean;
}

export interface TakeCard {
  readonly board: Board;
  readonly card: string;
  /**
   * Decides whether a run that is under way belongs to this process: dispatched to it, or worked by it before a crash.
   */
  readonly isOwnRun: () => Promise<boolean>;
  /** What to do if another worker has the card, or is about to get it. */
  readonly others: 'join' | 'refuse';
  /** A monitor works the card: on a board that lets anyone claim, too, the card stays that monitor's. */
  readonly isWatched?: boolean;
  /** ms since 1970. */
  readonly now: () => number;
}

/**
 * Takes the card for this process, unless its run is over: a restarted process does not know that.
 * @throws BoardError for a card that this process may not take
 */
export async function takeCard(take: TakeCard, signal: AbortSignal): Promise<TakenCard | OverByRules> {
  const { board, card, isOwnRun, others, isWatched = false, now } = take;
  const claim = (shown: Card | null) => board.claim(card, { pid: process.pid, host: hostname() }, shown, signal);
  if (board.traits.claimsAnyCard) {
    const before = await board.show(card, signal).catch(() => null);
    const goesOn = before !== null && before.run !== null;
    if (goesOn && isWatched) return { kind: 'taken', claimed: before, isAnothers: true, goesOn };
    return { kind: 'taken', claimed: await claim(before), isAnothers: false, goesOn };
  }
  const shown = await board.show(card, signal);
  const isOwn = await isOwnRun();
  if (others === 'refuse' && shown.run !== null && !isOwn) throw workedByAnother(shown);
  const over = judgeByRules(shown, { until: null, now: now() });
  if (over !== null) return over;
  const goesOn = shown.run !== null;
  if (mayBeWorked(shown)) return { kind: 'taken', claimed: shown, isAnothers: !isOwn && others === 'join', goesOn };
  if (others === 'join' && !isOwn && (await board.workers?.startFor(shown, signal)))
    throw cardOfAnother(card, `waits for its own worker, ${shown.assignee ?? ''}`);
  return { kind: 'taken', claimed: await claim(shown), isAnothers: false, goesOn };
}

/** Returns the line of the log that says that the run is worked from now on. */
export function runBegins({ claimed, goesOn }: Pick<TakenCard, 'claimed' | 'goesOn'>) {
  return { kind: 'run', card: claimed.id, what: goesOn ? 'resumed' : 'started', reason: null } as const;
}

export function cardOfAnother(card: string, why: string): BoardError {
  return new BoardError(`card ${clean(card)} ${clean(why)}`, {
    where: 'task_id',
    cure: 'leave task_id out, or name a card that no worker of its own waits for',
  });
}

function workedByAnother({ id, run }: Card): BoardError {
  const since = run === null ? '' : ` since ${isoSeconds(run.startedAt)}`;
  return new BoardError(`card ${clean(id)} is worked by another process${since}`, {
    where: '--card',
    cure: `name another card, or end that run: comment \`stop monitoring\` on card ${clean(id)}`,
  });
}
