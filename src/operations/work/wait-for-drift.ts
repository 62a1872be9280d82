import { seenText } from '../text/plan.ts';
import { askAgainMs } from '../../board/board.ts';
import { setTimeout as pause } from 'node:timers/promises';
import { longestWaitSeconds } from '../../config/defaults.ts';
import { clean } from '../../core/words/text.ts';
import { BoardError, errorLines, NoSuchCardError, RegistryError, WatchedError } from '../../errors.ts';
import type { PassResult } from '../../pass/pass.ts';
import { readNumber } from '../../system/set-variable.ts';
import type { News } from '../../tell/news.ts';
import type { CardWatch } from '../../watch/card-watch.ts';
import type { Turn } from '../../watch/loop.ts';
import { answer, historySince, isNews, newsLines, quiet } from './answer-lines.ts';
import type { Call, NewsAnswer, WorkContext } from './work-call.ts';
import type { CardChoice } from './work.ts';

/** How long an answer waits for the board to take the news and to say whether the run is over; ms. */
const boardMs = 5_000;

/**
 * Watches until there is an answer. It begins and ends with a pass; news go on the card meanwhile, and nothing is
 * posted twice.
 */
export async function waitForDrift(
  server: WorkContext,
  given: CardChoice & { readonly max_seconds?: number | undefined },
  { signal, progress }: Call,
): Promise<string | NewsAnswer> {
  const { work, world } = server;
  const setUp = readNumber(world.env['AGENT_SESSIONS_WAIT_SECONDS'], { least: 0, most: longestWaitSeconds });
  const seconds = given.max_seconds ?? setUp ?? work.waitSeconds(given);
  const endProgress = progress === null ? null : sayProgress(seconds, progress);
  try {
    return await waitUntil(server, given, world.ports.now() + seconds * 1_000, signal);
  } finally {
    endProgress?.();
  }
}

/** Clients that ask for progress end a call after 60 s without it; ms. */
const progressEveryMs = 10_000;

/**
 * Reports at once, and again and again, how long the call has waited.
 * @returns a function that ends the reports
 */
function sayProgress(seconds: number, progress: NonNullable<Call['progress']>): () => void {
  let done = 0;
  progress(done, seconds);
  const timer = setInterval(() => {
    done += progressEveryMs / 1_000;
    progress(done, Math.max(done, seconds));
  }, progressEveryMs);
  return () => clearInterval(timer);
}

async function waitUntil(
  server: WorkContext,
  given: CardChoice,
  until: number,
  signal: AbortSignal,
): Promise<string | NewsAnswer> {
  const { work, world } = server;
  const { now } = world.ports;
  for (;;) {
    try {
      return await waitOnce(server, given, until, signal);
    } catch (error) {
      const mayPass =
        (error instanceof BoardError && !(error instanceof NoSuchCardError)) || error instanceof WatchedError;
      if (!mayPass || signal.aborted || now() + askAgainMs >= until) throw error;
      // If another monitor watches, it makes the passes; if only the board is away, this server does.
      if (error instanceof BoardError) await work.pass('loop', signal).catch(readable);
      await pause(askAgainMs, undefined, { signal }).catch(() => undefined);
    }
  }
}

async function waitOnce(
  server: WorkContext,
  given: CardChoice,
  until: number,
  signal: AbortSignal,
): Promise<string | NewsAnswer> {
  const { work } = server;
  const opened = new AbortController();
  const opening = work.open(given).finally(() => opened.abort());
  // If the answer comes before the card, the next call hears of its failure.
  opening.catch(() => undefined);
  const told = await passBeside(server, until, AbortSignal.any([signal, opened.signal]));
  signal.throwIfAborted();
  if (told !== null) return told;
  const watch = await opening;
  if (typeof watch === 'string') return watch;
  await work.cards.hold(watch);
  return watchCard(server, watch, until, signal);
}

/**
 * Goes on with passes while the board does not give its card.
 * @param opening aborts when it has
 * @returns the answer once time is up; `null`: the card is there
 */
async function passBeside(
  { work, world }: WorkContext,
  until: number,
  opening: AbortSignal,
): Promise<NewsAnswer | null> {
  const { intervalMs } = world.settings.monitor;
  // A board that works answers sooner than this.
  await pause(boardMs, undefined, { signal: opening }).catch(() => undefined);
  const times = { intervalMs, endsAt: null, until, heldUntil: () => null, wakeAt: () => Infinity };
  for await (const turn of work.cards.passes.loop(times, opening)) {
    const passed = passedIn(turn);
    if (passed === null || !turn.isLast) continue;
    const news = await work.reader.news();
    const last = passed instanceof Error ? errorLines(passed).map(clean) : [seenText(passed)];
    return told(['the board did not answer', ...newsLines(news, false), ...last], news, world);
  }
  return null;
}

async function watchCard(
  server: WorkContext,
  watch: CardWatch,
  until: number,
  signal: AbortSignal,
): Promise<string | NewsAnswer> {
  const { intervalMs } = server.world.settings.monitor;
  let passed: Passed | null = null;
  for await (const turn of watch.turns({ intervalMs, until }, signal)) {
    passed = passedIn(turn) ?? passed;
    const due = passed === null ? null : await answerDue(server, watch, passed, turn.isLast);
    if (due !== null) return due;
  }
  throw signal.reason;
}

/** Returns the answer, if there is one to give now. */
async function answerDue(
  { work, world }: WorkContext,
  watch: CardWatch,
  passed: Passed,
  isLast: boolean,
): Promise<string | NewsAnswer | null> {
  const news = await work.reader.news();
  const isDue = isLast || news.needsJudgement || (!work.isDispatched && isNews(news));
  if (isDue) await Promise.race([watch.queue.idle(), pause(boardMs, undefined, { ref: false })]);
  const ended = work.ended(watch);
  if (ended !== null) return ended;
  if (watch.queue.over !== null) return work.end(watch, watch.queue.over);
  const unclear = watch.run.takeUnclear();
  if (unclear !== null)
    return told([`a comment needs judgement: ${clean(unclear.body)}`, ...newsLines(news, false)], news, world);
  return isDue ? closing(news, passed, world) : null;
}

type Passed = PassResult | RegistryError;

/**
 * Returns the outcome of a pass; `null`: the turn had none.
 * @throws any failure that is not about the registry
 */
function passedIn(turn: Turn<PassResult>): Passed | null {
  switch (turn.kind) {
    case 'passed':
      return turn.result;
    case 'failed':
      return readable(turn.error);
    case 'woken':
      return null;
  }
}

/**
 * Returns the error if it is about the registry: that does not end the loop. It is told, and the next pass reads again.
 */
function readable(error: unknown): RegistryError {
  if (error instanceof RegistryError) return error;
  throw error;
}

function closing(news: News, passed: Passed, world: WorkContext['world']): NewsAnswer {
  const lines = newsLines(news, false);
  if (passed instanceof Error) return told([...lines, ...errorLines(passed).map(clean)], news, world);
  if (lines.length === 0) return { text: quiet(passed, world.settings.registry), news, shown: news };
  return told([...lines, seenText(passed)], news, world);
}

function told(lines: readonly string[], news: News, { ports, settings }: WorkContext['world']): NewsAnswer {
  const rest = historySince(news.since, ports.now(), settings.registry);
  return { text: answer(lines, rest), news, shown: news };
}
