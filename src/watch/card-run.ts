import { hostname } from 'node:os';
import type { Board, Card, CardComment } from '../board/board.ts';
import type { Settings } from '../config/settings.ts';
import { askBack, completedText, pausedText, runSummary, stopReason } from '../core/words/messages.ts';
import { withoutOrders } from '../core/words/stop.ts';
import { BoardError, exitCode, NoSuchCardError, type ExitCode } from '../errors.ts';
import { say, tellCard, type CardReader } from '../tell/card.ts';
import { ownComments } from '../tell/own-comments.ts';
import type { Triggers } from '../trigger/triggers.ts';
import { foundInRun, type Found } from './found.ts';
import { heartbeatOf, keepLook, noLooks, type Looks } from './heartbeat.ts';
import { judgeByRules } from './judge.ts';
import type { BoardSteps, Over, Wanted } from './card-queue.ts';
import type { LoopPass } from './loop.ts';
import { makeLastingFailure } from './lasting-failure.ts';
import { loopPassOf } from './loop-pass.ts';
import { makeModelJudge } from './model-judge.ts';
import { pass, type PassPorts, type PassResult } from '../pass/pass.ts';
import { watchForStop } from './stop-watch.ts';
import { watchedIn } from '../pass/watched.ts';

/** How long the last words on a card may take; ms. */
const lastWordsMs = 30_000;
/** And once a signal wants us gone: a board that hangs must not keep us; ms. */
const hastyWordsMs = 4_000;

export interface MonitorEnd {
  readonly reason: 'stopped' | 'completed' | 'paused' | 'ended';
  /** One line: what was found in the run. */
  readonly summary: string;
  readonly exit: ExitCode;
}

/** The work of one run on its card, step by step: whoever keeps the time (a loop, a tool's call) takes the steps. */
export interface CardRun extends BoardSteps {
  readonly card: string;
  /** ms since 1970. */
  readonly startedAt: number;
  /** Looks and repairs; what is new is told by `tell`. @throws RegistryError, UnreadableRegistry */
  pass(signal: AbortSignal): Promise<LoopPass & { readonly result: PassResult }>;
  /** When a news that is held back may be told; ms since 1970. */
  heldUntil(): number | null;
  /** Asks back where it is not clear. */
  isOver(signal: AbortSignal): Promise<Wanted>;
  /** @returns the note that went to the board. */
  heartbeat(signal: AbortSignal, note?: string): Promise<string>;
  /** The last words on the card, once; `null`: paused. @param hurry aborts when we are to be gone. @throws BoardError: to be tried again. */
  end(over: Over | null, hurry: AbortSignal): Promise<MonitorEnd>;
}

export function makeCardRun(options: {
  readonly ports: PassPorts;
  readonly settings: Settings;
  readonly board: Board;
  /** As it was claimed. */
  readonly claimed: Card;
  readonly level: 'silent' | 'drift' | 'verbose';
  /** The time at which the run ends by itself; ms since 1970. */
  readonly until: number | null;
  /** What makes us look beside the timer and a comment on the card; told after each pass what there is to watch. */
  readonly triggers: Pick<Triggers, 'all' | 'follow'>;
  readonly notice: (line: string) => void;
  /** The passes of this process so far. Absent: the run's own are the first. */
  readonly looks?: Looks;
  /** A person's comment was asked back: it needs judgement. */
  readonly onUnclear?: (comment: CardComment) => void;
}): CardRun {
  const { ports, settings, board, claimed, level, until, triggers, notice, looks = noLooks() } = options;
  const card = claimed.id;
  const { phrases } = settings.stop;
  const { log, now } = ports;
  const { registry } = settings;
  const reader: CardReader = { log, board, card, now, registry, graceMs: ports.settings.graceMs, stopPhrases: phrases };
  const since = claimed.run?.startedAt ?? now();
  const model = settings.judge === null ? null : makeModelJudge(settings.judge, now);
  /** `trouble`: why the card was not told, or not asked. */
  const seen: { heldUntil: number | null; trouble: Error | null } = { heldUntil: null, trouble: null };
  const failure = makeLastingFailure(ports.settings.blindAfterMs, now);
  /** What we found before the run began is not denied in it. */
  const found = async (): Promise<Found> =>
    foundInRun(await log.ledger(), { card, since: Math.min(since, looks.since ?? since) });

  let ending: Promise<MonitorEnd> | null = null;

  async function judge(shown: Card, signal: AbortSignal): Promise<Wanted> {
    const ruled = judgeByRules(shown, { until, now: now() });
    if (ruled !== null) return ruled;
    const isOurs = ownComments(await log.read(), card);
    const stop = watchForStop({ card: shown, isOurs, phrases, now: now() });
    if (stop.kind === 'stop') return { kind: 'stopped', at: stop.comment.createdAt };
    if (stop.kind === 'ask') {
      if (level !== 'silent') seen.trouble = await troubleOf(say(reader, askBack(), signal));
      options.onUnclear?.(stop.comment);
    }
    const unwanted = await model?.ask(shown, isOurs, signal);
    return typeof unwanted === 'string' ? { kind: 'completed', reason: unwanted } : { kind: 'wanted' };
  }

  /** A crash may have come between the last words and the end: within the run they are not said again. */
  async function sayLast(text: string, signal: AbortSignal): Promise<void> {
    const { comments, runFromComment } = await board.show(card, signal);
    const isOurs = ownComments(await log.read(), card);
    const last = comments.findLast(({ body }, index) => index >= runFromComment && isOurs(body, index));
    if (last?.body.trimEnd() !== withoutOrders(text, phrases)) await say(reader, text, signal);
  }

  /** What is held back, or was found since the last telling, would never be told after the last words. */
  async function tellRest(signal: AbortSignal): Promise<void> {
    if (level !== 'silent') await tellCard({ ...reader, graceMs: 0 }, signal);
  }

  /** After the last telling: what was told in it was found too. */
  async function summaryNow(): Promise<string> {
    const { last, failure } = looks;
    return runSummary((await found()).kinds, { failed: failure?.message ?? null, blind: last?.plan.blind ?? [] });
  }

  async function finish(over: Over | null, signal: AbortSignal): Promise<MonitorEnd> {
    const logEnd = (what: MonitorEnd['reason'], reason: string | null) =>
      log.append([{ kind: 'run', card, what, reason }]);
    switch (over?.kind) {
      case undefined: {
        const summary = await summaryNow();
        await troubleOf(say(reader, pausedText(summary), signal));
        await troubleOf(board.pause(card, signal));
        await logEnd('paused', null);
        return { reason: 'paused', summary: `paused: ${summary}`, exit: exitCode.done };
      }
      case 'stopped': {
        const reason = stopReason(over.at);
        await tellRest(signal);
        const summary = await summaryNow();
        await sayLast(summary, signal);
        await board.block(card, reason, signal);
        await logEnd('stopped', reason);
        return { reason: 'stopped', summary: `${reason}: ${summary}`, exit: exitCode.done };
      }
      case 'completed': {
        await tellRest(signal);
        const text = completedText(over.reason, await summaryNow());
        await sayLast(text, signal);
        await board.complete(card, text, signal);
        await logEnd('completed', over.reason);
        return { reason: 'completed', summary: text, exit: exitCode.done };
      }
      case 'ended':
        await logEnd('ended', over.reason);
        return { reason: 'ended', summary: `${over.reason}: ${await summaryNow()}`, exit: exitCode.done };
    }
  }

  return {
    card,
    startedAt: since,
    pass: async (signal) => {
      const result = await keepLook(looks, { now, signal }, () => pass(ports, 'loop', signal)).finally(() =>
        failure.passed(looks.failure),
      );
      triggers.follow(watchedIn(result));
      if (result.started) notice(`started a registry at ${result.registry.path}`);
      looks.failure = await troubleOf(log.rotate());
      return { ...loopPassOf(result, until, now()), result };
    },
    tell: async (signal) => {
      if (level === 'silent') return;
      const told = tellCard(reader, signal).then(({ heldUntil }) => (seen.heldUntil = heldUntil));
      // Nothing to tell proves nothing about the board.
      seen.trouble = (await troubleOf(told)) ?? seen.trouble;
      const text = failure.due();
      if (text === null) return;
      const said = say(reader, text, signal).then(failure.told);
      seen.trouble = (await troubleOf(said)) ?? seen.trouble;
    },
    heldUntil: () => seen.heldUntil,
    // A board in trouble is asked with the next pass.
    readAgainAt: (readAt) =>
      seen.trouble === null ? Math.min(readAt + board.traits.readEveryMs, until ?? Infinity) : 0,
    isOver: async (signal) => {
      try {
        const shown = await board.show(card, signal);
        seen.trouble = null;
        if (shown.assignee !== claimed.assignee)
          return { kind: 'ended', reason: `the card was given to ${shown.assignee ?? 'nobody'}` };
        if (shown.status === 'ready') {
          if (await board.startsWorkerFor(shown, signal))
            return { kind: 'ended', reason: `${board.traits.title} took the card back, for a worker of its own` };
          // Its claim had run out: it is ours until somebody says otherwise.
          await board.claim(card, { pid: process.pid, host: hostname() }, signal);
        }
        return await judge(shown, signal);
      } catch (error) {
        if (error instanceof NoSuchCardError) return { kind: 'ended', reason: 'the card is gone' };
        if (!(error instanceof BoardError)) throw error;
        seen.trouble = error;
        return { kind: 'unknown', reason: error.message };
      }
    },
    heartbeat: async (signal, note) => {
      const text = note ?? heartbeatOf(await found(), looks, seen.trouble, triggers.all, now());
      seen.trouble = await troubleOf(board.heartbeat(card, text, signal));
      if (level === 'verbose' && !board.traits.showsHeartbeats) await troubleOf(say(reader, text, signal));
      return text;
    },
    end: (over, hurry) => {
      ending ??= finish(over, lastWords(hurry)).catch((error: unknown) => {
        ending = null;
        throw error;
      });
      return ending;
    },
  };
}

/** Aborts when the last words have taken too long. */
function lastWords(hurry: AbortSignal): AbortSignal {
  const tooLate = new AbortController();
  const hasten = (): void => void setTimeout(() => tooLate.abort(), hastyWordsMs).unref();
  if (hurry.aborted) hasten();
  else hurry.addEventListener('abort', hasten, { once: true });
  return AbortSignal.any([tooLate.signal, AbortSignal.timeout(lastWordsMs)]);
}

/** A board that fails later does not end the loop: the next heartbeat says so. */
async function troubleOf(posting: Promise<unknown>): Promise<Error | null> {
  try {
    await posting;
    return null;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
