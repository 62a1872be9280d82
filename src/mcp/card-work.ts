import { hostname } from 'node:os';
import { mayBeWorked, type Board, type Card, type CardComment } from '../board/board.ts';
import { makeBoardLane, type BoardLane } from '../watch/card-queue.ts';
import { makeCardRun, type CardRun } from '../watch/card-run.ts';
import { clean } from '../core/words/text.ts';
import { BoardError } from '../errors.ts';
import type { Looks } from '../watch/heartbeat.ts';
import { judgeByRules } from '../watch/judge.ts';
import type { Over } from '../watch/card-queue.ts';
import type { MonitorWorld } from '../watch/monitor.ts';
import type { Triggers } from '../trigger/triggers.ts';

/** The run on one card, as the calls of one server share it. */
export interface CardWork {
  readonly run: CardRun;
  readonly board: Board;
  readonly lane: BoardLane;
  /** A worker that the board started works it: we may say a word there, and look. */
  readonly isAnothers: boolean;
  /** A comment that was asked back since it was last looked at. */
  unclear: CardComment | null;
  /** Called after each step on the board. */
  readonly onStep: Set<() => void>;
}

/** Takes the card, unless its run is over: a server that was started again does not know that. */
export async function openCard(
  world: MonitorWorld,
  options: {
    readonly card: string;
    readonly board: Board;
    readonly triggers: Triggers;
    /** The server's passes so far. */
    readonly looks: Looks;
    /** The server goes on. */
    readonly serving: AbortSignal;
  },
): Promise<CardWork | Over> {
  const { ports, settings } = world;
  const { card, board, triggers, looks, serving } = options;
  const taken = await take(world, options);
  if ('kind' in taken) return taken;
  const { claimed, isOurs } = taken;
  if (isOurs) await ports.log.append([{ kind: 'run', card, what: 'resumed', reason: null }]);
  const shared: Pick<CardWork, 'unclear' | 'onStep'> = { unclear: null, onStep: new Set() };
  const run = makeCardRun({
    ports,
    settings,
    board,
    claimed,
    level: settings.monitor.level,
    // Another worker's card is not ours to end.
    until: isOurs ? await endsAt(board, claimed, ports.now(), serving) : null,
    triggers,
    looks,
    notice: () => undefined,
    onUnclear: (comment) => void (shared.unclear = comment),
  });
  const lane = makeBoardLane({
    steps: run,
    now: ports.now,
    heartbeatMs: settings.monitor.heartbeatMs,
    signal: serving,
    onTrouble: () => undefined,
    onStep: () => shared.onStep.forEach((wake) => wake()),
  });
  return Object.assign(shared, { board, run, lane, isAnothers: !isOurs && typeof claimed.run?.pid === 'number' });
}

/** @throws BoardError for a card that the board starts a worker for. */
async function take(
  world: MonitorWorld,
  { board, card, serving: signal }: Parameters<typeof openCard>[1],
): Promise<{ readonly claimed: Card; /** Not somebody else's, whom we join. */ readonly isOurs: boolean } | Over> {
  if (!board.traits.claimsAnyCard) {
    const shown = await board.show(card, signal);
    const over = judgeByRules(shown, { until: null, now: world.ports.now() });
    if (over !== null) return over;
    const isOurs = isDispatched(world, card);
    if (mayBeWorked(shown)) return { claimed: shown, isOurs };
    if (!isOurs && (await board.startsWorkerFor(shown, signal)))
      throw notOurs(card, `waits for its own worker, ${shown.assignee ?? ''}`);
  }
  return { claimed: await board.claim(card, { pid: process.pid, host: hostname() }, signal), isOurs: true };
}

export function notOurs(card: string, why: string): BoardError {
  return new BoardError(`card ${clean(card)} ${clean(why)}`, {
    where: 'task_id',
    cure: 'leave task_id out, or name a card that no worker of its own waits for',
  });
}

function isDispatched({ dispatched }: MonitorWorld, card: string): boolean {
  return card === dispatched?.card;
}

/** A little before the board ends the worker, so that the last word is ours. ms since 1970 */
async function endsAt(board: Board, card: Card, now: number, signal: AbortSignal): Promise<number | null> {
  const at = await board.endsRunAt(card, signal).catch(() => null);
  return at === null ? null : at - Math.min(lastMinuteMs, (at - now) / 4);
}

const lastMinuteMs = 60_000;
