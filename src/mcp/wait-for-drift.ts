import { setTimeout as pause } from 'node:timers/promises';
import { longestWaitSeconds } from '../config/defaults.ts';
import { kindOf } from '../core/drift/index.ts';
import { clean } from '../core/words/text.ts';
import { BoardError, errorLines, NoSuchCardError, RegistryError, WatchedError } from '../errors.ts';
import type { LoggedDrift } from '../log/log.ts';
import { makeHintFold } from '../watch/debounce.ts';
import { nextPassAt, type LoopPass } from '../watch/loop.ts';
import type { PassResult } from '../pass/pass.ts';
import type { News } from '../tell/news.ts';
import type { RegistryPlace } from '../tell/shell-command.ts';
import { answer, counts, historySince, isNews, newsLines, quiet } from './answer.ts';
import type { CardWork } from './card-work.ts';
import { readNumber, type CardChoice } from './input.ts';
import type { Call, Told, ToolServer } from './tool.ts';
import type { Work } from './work.ts';

/** How long an answer waits for the board to take the news and to say whether the run is over; ms. */
const boardMs = 5_000;
/** A board or a lease that is not to be had is asked again after so long; ms. */
const againMs = 5_000;

/** Begins and ends with a pass. News go on the card meanwhile; nothing is posted twice. */
export async function waitForDrift(
  server: ToolServer,
  given: CardChoice & { readonly max_seconds?: number | undefined },
  { signal, progress }: Call,
): Promise<string | Told> {
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

/** Says at once, and again and again, how long the call has waited. @returns ends it. */
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
  server: ToolServer,
  given: CardChoice,
  until: number,
  signal: AbortSignal,
): Promise<string | Told> {
  const { work, world } = server;
  const { now } = world.ports;
  for (;;) {
    try {
      const opening = new AbortController();
      const watching = work.onCard(given, async (of) => {
        if (opening.signal.aborted) return '';
        opening.abort();
        await work.watch(of);
        return watchCard(server, of, until, signal);
      });
      const beside = passBeside(server, until, signal, AbortSignal.any([signal, opening.signal]));
      const settled = watching.finally(() => opening.abort());
      const answer = await Promise.race([settled, beside.then((told) => told ?? settled)]);
      opening.abort();
      return answer;
    } catch (error) {
      const mayPass =
        (error instanceof BoardError && !(error instanceof NoSuchCardError)) || error instanceof WatchedError;
      if (!mayPass || signal.aborted || now() + againMs >= until) throw error;
      // Whoever watches looks; where only the board is away, we do.
      if (error instanceof BoardError) await work.pass('loop', signal).catch(readable);
      await pause(againMs, undefined, { signal }).catch(() => undefined);
    }
  }
}

/**
 * While the board does not give us its card, passes go on. @param opening aborts when it has.
 * @returns what is to be answered once time is up; `null`: the card is there.
 */
async function passBeside(
  { work, world }: ToolServer,
  until: number,
  signal: AbortSignal,
  opening: AbortSignal,
): Promise<Told | null> {
  const { ports, settings } = world;
  const { now } = ports;
  const fold = makeHintFold();
  const endHearing = work.hear(fold.hint);
  let passed: PassResult | RegistryError | null = null;
  try {
    // A board that answers does so sooner than this.
    await pause(boardMs, undefined, { signal: opening }).catch(() => undefined);
    while (!opening.aborted) {
      fold.begin();
      passed = await work.pass('loop', signal).catch(readable);
      fold.end(0);
      if (now() >= until) break;
      const next = nextPassAt(now(), nothingNext, { intervalMs: settings.monitor.intervalMs, heldUntil: () => null });
      await fold.rest(Math.min(until, next) - now(), opening);
    }
    if (opening.aborted || passed === null) return null;
    const news = await work.reader.news();
    const rest = historySince(news.since, now(), settings.registry);
    const last = passed instanceof Error ? errorLines(passed).map(clean) : [counts(passed)];
    return told(['the board did not answer', ...newsLines(news, false), ...last], news, rest);
  } finally {
    endHearing();
  }
}

async function watchCard(
  { work, world }: ToolServer,
  of: CardWork,
  until: number,
  signal: AbortSignal,
): Promise<string | Told> {
  const { run, lane } = of;
  const { now } = world.ports;
  const { monitor, registry } = world.settings;
  const { intervalMs } = monitor;
  const waker = makeWaker(of, work, signal);
  let passed: Passed | null = null;
  let passedAt = 0;
  let passAt = 0;
  // What was written before this call is seen in it, however short it is.
  lane.hint();
  try {
    for (;;) {
      const isLast = now() >= until || signal.aborted;
      if (passed === null || isLast || waker.fold.isDue() || now() >= passAt) {
        waker.fold.begin();
        passed = await work.passOf(of, signal).catch(readable);
        passedAt = now();
        waker.fold.end(passed instanceof Error ? 0 : passed.changes);
        lane.passed();
      }
      const next = passed instanceof Error ? nothingNext : passed;
      lane.beat();
      const news = await work.reader.news();
      const isDue = news.opened.some(needsJudgement) || (!work.isDispatched && isNews(news));
      if (isDue || isLast) await Promise.race([lane.idle(), pause(boardMs, undefined, { ref: false })]);
      const ended = work.ended(of);
      if (ended !== null) return ended;
      const over = lane.over();
      if (over !== null) return await work.end(of, over);
      const { unclear } = of;
      of.unclear = null;
      const rest = historySince(news.since, now(), registry);
      if (unclear !== null)
        return told([`a comment needs judgement: ${clean(unclear.body)}`, ...newsLines(news, false)], news, rest);
      if (isDue || isLast) return closing(news, passed, rest, registry);
      passAt = nextPassAt(passedAt, next, { intervalMs, heldUntil: run.heldUntil });
      await waker.fold.rest(Math.min(until, passAt, lane.beatAt()) - now(), signal);
    }
  } finally {
    waker.close();
  }
}

const nothingNext: LoopPass = { comeBackAt: null, crowded: false, changes: 0 };

function needsJudgement({ kind }: LoggedDrift): boolean {
  return kindOf(kind)?.needsJudgement === true;
}

type Passed = RegistryError | (LoopPass & { readonly result: PassResult });

/** A registry that cannot be read does not end the loop: it is said, and looked at again. */
function readable(error: unknown): RegistryError {
  if (error instanceof RegistryError) return error;
  throw error;
}

function closing(news: News, passed: Passed, rest: string, registry: RegistryPlace): Told {
  const lines = newsLines(news, false);
  if (passed instanceof Error) return told([...lines, ...errorLines(passed).map(clean)], news, rest);
  if (lines.length === 0) return { text: quiet(passed.result, registry), news, shown: news };
  return told([...lines, counts(passed.result)], news, rest);
}

function told(lines: readonly string[], news: News, rest: string): Told {
  return { text: answer(lines, rest), news, shown: news };
}

/** Hints from everything that makes us look are folded into passes; from the card they are the lane's. */
function makeWaker({ board, run, lane, onStep }: CardWork, work: Work, signal: AbortSignal) {
  const over = new AbortController();
  const watched = AbortSignal.any([signal, over.signal]);
  const fold = makeHintFold();
  onStep.add(fold.wake);
  void board.watch(run.card, lane.hint, watched).catch(() => undefined);
  const endHearing = work.hear(fold.hint);
  return {
    fold,
    close: (): void => {
      onStep.delete(fold.wake);
      endHearing();
      over.abort();
    },
  };
}
