import { hostname } from 'node:os';
import { mayBeWorked, type Board, type Card, type Dispatched } from '../board/board.ts';
import type { Over, Wanted } from '../watch/card-queue.ts';
import { keepLook, noLooks } from '../watch/heartbeat.ts';
import { judgeByRules } from '../watch/judge.ts';
import { takeLease } from '../watch/lease.ts';
import type { LoopPass } from '../watch/loop.ts';
import type { MonitorWorld } from '../watch/monitor.ts';
import { pass, type PassResult } from '../pass/pass.ts';
import { beginCard } from '../tell/card.ts';
import type { Hint } from '../trigger/trigger.ts';
import { notOurs, openCard, type CardWork } from './card-work.ts';
import { makeModelReader, type ModelReader } from './model-reader.ts';
import { readNumber, type CardChoice } from './input.ts';
import { makeTurnBudget } from './turn-budget.ts';

/** How long a first call waits for the board to say whether the run is over; ms. */
const firstLookMs = 5_000;

/** What the calls of one server share: the run on the card, what the model was told, and whether it is all over. */
export interface Work {
  /** A board started this process for a card. */
  readonly isDispatched: boolean;
  /** How long a call waits where nothing else says; s. */
  waitSeconds(given: CardChoice): number;
  readonly reader: ModelReader;
  /** Hears what makes us look, from the first call on until the server's end. @returns ends that hearing. */
  hear(hint: Hint): () => void;
  /** `stopped: <reason>` from the end of the server's own run on; `null` while it goes on, or where there is none. */
  over(signal: AbortSignal): Promise<string | null>;
  /** Is one more call too many for this turn of the worker's model? */
  isTurnUsedUp(): boolean;
  /** The board never gives a second turn: a worker that goes on talking is given up. */
  hasOneTurn(signal: AbortSignal): Promise<boolean>;
  /** Works on the card's run, begun with the first call that needs it; a run that is over answers itself. */
  onCard<Answer>(given: CardChoice, work: (of: CardWork) => Promise<Answer>): Promise<Answer | string>;
  /** The same, but takes no card: on one that nobody works, `beside` does what can be done. */
  onRunning<Answer>(
    given: CardChoice,
    work: (of: CardWork) => Promise<Answer>,
    beside: (board: Board, shown: Card) => Promise<Answer>,
  ): Promise<Answer | string>;
  /** Nobody else may watch from here to the server's end. @throws WatchedError; BoardError for another worker's card */
  watch(of: CardWork): Promise<void>;
  /** Asks the card, and ends the run if it is over. @returns `stopped: <reason>`, or what the card said. */
  judge(of: CardWork, signal: AbortSignal): Promise<string | Wanted>;
  /** Ends the run, once. @returns `stopped: <reason>` */
  end(of: CardWork, over: Over): Promise<string>;
  /** `stopped: <reason>` once that run was ended. */
  ended(of: CardWork): string | null;
  /** One pass at a time. */
  pass(mode: 'loop' | 'dry-run', signal: AbortSignal): Promise<PassResult>;
  /** The same, of a run. */
  passOf(of: CardWork, signal: AbortSignal): Promise<LoopPass & { readonly result: PassResult }>;
  /** The run that a board dispatched, where it was begun and goes on. */
  unfinished(): { readonly card: string; readonly startedAt: number } | null;
  close(): Promise<void>;
}

export function makeWork(world: MonitorWorld): Work {
  const { env, ports, settings, stateDir, dispatched } = world;
  const task = dispatched?.card ?? null;
  const budget = dispatched === null ? null : turnBudget(stateDir, dispatched, env['AGENT_SESSIONS_TURN_CALLS']);
  const reader = makeModelReader(ports.log, task === null ? null : `model-${task}`);
  const triggers = world.triggers();
  const looks = noLooks();
  const opened = new Map<string, Promise<CardWork | Over>>();
  const ended = new Map<string, string>();
  const watched = new Set<string>();
  const closing = new AbortController();
  const serving = AbortSignal.any([world.signal, closing.signal]);
  const hearing = new Set<Hint>();
  let hears = false;
  let turn: Promise<unknown> = Promise.resolve();
  let lease: { release(): Promise<void> } | null = null;
  let begun: number | null = null;
  let firstLook: Promise<void> | null = null;

  const inTurn = <Answer>(work: () => Promise<Answer>): Promise<Answer> => {
    const next = turn.catch(() => undefined).then(work);
    turn = next;
    return next;
  };
  const boardOf = (card: string, given: CardChoice) =>
    world.boardFor({ name: world.boardOfCard(card), slug: given.board ?? null, runMs: null });

  function open(card: string, given: CardChoice): Promise<CardWork | Over> {
    const known = opened.get(card);
    if (known !== undefined) return known;
    const board = boardOf(card, given);
    const work = begin(card).then(() => openCard(world, { card, board, triggers, looks, serving }));
    opened.set(card, work);
    void work.then(
      (of) => {
        if (card === task && 'run' in of) begun = of.run.startedAt;
      },
      () => undefined,
    );
    work.catch(() => opened.delete(card));
    return work;
  }

  /** Before the first pass: a board that is slow to give its card must not lose what is found meanwhile. */
  async function begin(card: string): Promise<void> {
    await reader.begin();
    // A name that is none is the board's to refuse.
    if (settings.monitor.level !== 'silent') await beginCard(ports.log, card).catch(() => undefined);
  }

  const cardOf = (given: CardChoice): string => given.task_id ?? task ?? world.card;

  async function onCard<Answer>(given: CardChoice, work: (of: CardWork) => Promise<Answer>): Promise<Answer | string> {
    const card = cardOf(given);
    const known = ended.get(card);
    if (known !== undefined) return known;
    const of = await open(card, given);
    if ('run' in of) return work(of);
    const text = stoppedText(of);
    ended.set(card, text);
    return text;
  }

  /** A server that was started again does not know that the run is over: the card does. */
  async function lookAtStart(signal: AbortSignal): Promise<void> {
    if (task === null || opened.has(task)) return;
    const limit = AbortSignal.any([signal, AbortSignal.timeout(firstLookMs)]);
    const shown = await boardOf(task, {})
      .show(task, limit)
      .catch(() => null);
    const over = shown === null ? null : judgeByRules(shown, { until: null, now: ports.now() });
    if (over !== null) ended.set(task, stoppedText(over));
  }

  async function endNow({ run }: CardWork, over: Over): Promise<string> {
    const { summary } = await run.end(over, serving);
    await lease?.release();
    lease = null;
    // A card that is unblocked begins with a fresh turn.
    if (run.card === task) budget?.begin();
    const text = `stopped: ${summary}`;
    ended.set(run.card, text);
    return text;
  }

  return {
    isDispatched: task !== null,
    waitSeconds: (given) => boardOf(cardOf(given), given).traits.waitSeconds,
    reader,
    hear: (hint) => {
      if (!hears) triggers.start(() => hearing.forEach((each) => each()), serving);
      hears = true;
      hearing.add(hint);
      return () => void hearing.delete(hint);
    },
    over: async (signal) => {
      firstLook ??= lookAtStart(signal);
      await firstLook;
      return ended.get(task ?? world.card) ?? null;
    },
    isTurnUsedUp: () => budget?.isUsedUp() === true,
    hasOneTurn: async (signal) => task !== null && (await boardOf(task, {}).givesOneTurn(signal)),
    onCard,
    onRunning: async (given, work, beside) => {
      const card = cardOf(given);
      if (card === task || card === world.card || watched.has(card) || ended.has(card)) return onCard(given, work);
      const board = boardOf(card, given);
      const shown = await board.show(card, serving);
      return mayBeWorked(shown) ? onCard(given, work) : beside(board, shown);
    },
    watch: async ({ run, isAnothers }) => {
      if (isAnothers) throw notOurs(run.card, 'is worked by a worker of its own');
      watched.add(run.card);
      lease ??= await takeLease({
        dir: stateDir,
        card: run.card,
        place: ports.place,
        host: hostname(),
        now: ports.now,
      });
    },
    judge: (of, signal) =>
      of.lane.run(async () => {
        const known = ended.get(of.run.card);
        if (known !== undefined) return known;
        const wanted = await of.run.isOver(signal);
        return wanted.kind === 'wanted' || wanted.kind === 'unknown' ? wanted : endNow(of, wanted);
      }),
    end: (of, over) => of.lane.run(async () => ended.get(of.run.card) ?? endNow(of, over)),
    ended: ({ run }) => ended.get(run.card) ?? null,
    pass: (mode, signal) =>
      inTurn(() => {
        const look = () => pass(ports, mode, signal);
        return mode === 'dry-run' ? look() : keepLook(looks, { now: ports.now, signal }, look);
      }),
    passOf: ({ run }, signal) => inTurn(() => run.pass(signal)),
    unfinished: () => (task === null || begun === null || ended.has(task) ? null : { card: task, startedAt: begun }),
    close: async () => {
      closing.abort();
      const works = await Promise.all([...opened.values()].map((work) => work.catch(() => null)));
      const local = works.filter((work) => work !== null && 'run' in work && work.board.name === 'local');
      await Promise.all(
        local.map(async (work) => {
          if (work === null || !('run' in work) || ended.has(work.run.card)) return;
          await work.lane.idle();
          await work.run.end(null, serving).catch(() => undefined);
        }),
      );
      await lease?.release().catch(() => undefined);
    },
  };
}

/** @param set what `setup` wrote for a profile with shorter turns */
function turnBudget(stateDir: string, { card, run, callsInTurn }: Dispatched, set: string | undefined) {
  const most = readNumber(set, { least: 1, most: callsInTurn }) ?? callsInTurn;
  return makeTurnBudget(stateDir, { card, run, most });
}

function stoppedText(over: Over): string {
  return over.kind === 'stopped' ? 'stopped' : `stopped: ${over.reason}`;
}
