import { hostname } from 'node:os';
import type { Board, CardComment } from '../board/board.ts';
import { takeLease } from '../run/lease.ts';
import { makeCardRun, type CardRun } from '../run/card-run.ts';
import type { Over } from '../run/loop.ts';
import type { MonitorWorld } from '../run/monitor.ts';
import { pass, type PassResult } from '../run/pass.ts';
import { setVariable } from '../set-variable.ts';
import { isBeforeTurns } from '../hermes/version.ts';
import { runProgram } from '../run-program.ts';
import { stdoutReader } from '../tell/stdout.ts';
import type { News } from '../tell/news.ts';
import type { Triggers } from '../trigger/triggers.ts';
import { textOf, type Given } from './tolerant.ts';
import { makeTurnBudget } from './turn-budget.ts';

/** How long `hermes --version` may take; ms. */
const versionMs = 10_000;

export interface CardWork {
  readonly run: CardRun;
  readonly board: Board;
  /** A comment that was asked back since it was last looked at. */
  unclear: CardComment | null;
}

/** What the calls of one server share: the run on the card, what the model was told, and whether it is all over. */
export interface Work {
  /** Dispatched by Hermes: the card is in the environment. */
  readonly isDispatched: boolean;
  /** What makes us look, while a wait lasts. */
  readonly triggers: Triggers;
  /** `stopped: <reason>` from the run's end on; `null` while it goes on, or where there is no run. */
  over(): string | null;
  /** What the last answer told counts as told: it arrived, or there would be no next call. */
  arrived(): Promise<void>;
  /** Is one more call too many for this turn of Hermes? */
  isTurnUsedUp(): boolean;
  /** Hermes before 0.19 never gives a second turn: who goes on talking is given up. */
  hasOneTurn(signal: AbortSignal): Promise<boolean>;
  /** The card's run, begun with the first call that needs it. */
  card(given: Given, signal: AbortSignal): Promise<CardWork>;
  /** Nobody else may watch from here to the server's end. @throws WatchedError */
  watch(work: CardWork): Promise<void>;
  /** Ends the run. @returns `stopped: <reason>` */
  end(work: CardWork, over: Over): Promise<string>;
  /** One pass at a time. */
  pass(mode: 'loop' | 'look' | 'dry-run', signal: AbortSignal): Promise<PassResult>;
  /** What the model was not told yet. Counts as told with the next call. */
  news(): Promise<News>;
  close(): Promise<void>;
}

export function makeWork(world: MonitorWorld): Work {
  const { env, ports, settings, stateDir } = world;
  const task = setVariable(env, 'HERMES_KANBAN_TASK');
  const cards = new Map<string, CardWork>();
  const reader = `model-${task ?? `process-${process.pid}`}`;
  const budget = task === null ? null : makeTurnBudget(stateDir, task);
  const triggers = world.triggers();
  let turn: Promise<unknown> = Promise.resolve();
  let told: News | null = null;
  let over: string | null = null;
  let lease: { release(): Promise<void> } | null = null;

  const inTurn = <Answer>(work: () => Promise<Answer>): Promise<Answer> => {
    const next = turn.catch(() => undefined).then(work);
    turn = next;
    return next;
  };

  async function open(card: string, board: Board, signal: AbortSignal): Promise<CardWork> {
    const claimed = await board.claim(card, { pid: process.pid, host: hostname() }, signal);
    await ports.log.append([{ kind: 'run', card, what: 'resumed', reason: null }]);
    const work: { unclear: CardComment | null } = { unclear: null };
    const level = settings.monitor.level;
    const onUnclear = (comment: CardComment): void => void (work.unclear = comment);
    const run = makeCardRun({
      ports,
      settings,
      board,
      claimed,
      level,
      until: null,
      triggers,
      notice: () => undefined,
      onUnclear,
    });
    return Object.assign(work, {
      board,
      run: { ...run, pass: (abort: AbortSignal) => inTurn(() => run.pass(abort)) },
    });
  }

  return {
    isDispatched: task !== null,
    triggers,
    over: () => over,
    arrived: async () => {
      const next = told?.next;
      told = null;
      if (next !== undefined) await ports.log.withCursor(reader, () => Promise.resolve(next));
    },
    isTurnUsedUp: () => budget?.isUsedUp() === true,
    hasOneTurn: async (signal) => {
      const answer = await runProgram(settings.hermes.command, ['--version'], versionMs, signal, { env });
      return answer.kind === 'ended' && isBeforeTurns(answer.stdout);
    },
    card: async (given, signal) => {
      const named = textOf(given, 'task_id');
      const card = named ?? task ?? world.card;
      const known = cards.get(card);
      if (known !== undefined) return known;
      const slug = textOf(given, 'board') ?? setVariable(env, 'HERMES_KANBAN_BOARD');
      const name = named === null && task === null ? 'local' : 'hermes';
      const work = await open(card, world.boardFor({ name, slug, runMs: null }), signal);
      cards.set(card, work);
      return work;
    },
    watch: async ({ run }) => {
      lease ??= await takeLease({ dir: stateDir, card: run.card, host: hostname(), now: ports.now });
    },
    end: async ({ run }, why) => {
      const { summary } = await run.end(why);
      await lease?.release();
      lease = null;
      over = `stopped: ${summary}`;
      return over;
    },
    pass: (mode, signal) => inTurn(() => pass(ports, mode, signal)),
    news: async () => {
      told = await stdoutReader(ports.log, reader).peek();
      return told;
    },
    close: async () => {
      const local = [...cards.values()].filter(({ board }) => board.name === 'local');
      if (over === null) await Promise.all(local.map(({ run }) => run.end(null).catch(() => undefined)));
      await lease?.release().catch(() => undefined);
    },
  };
}
