import { hostname } from 'node:os';
import type { Board, Card, CardComment } from '../board/board.ts';
import type { Settings } from '../config/settings.ts';
import { askBack, completedText, heartbeatNote, pausedText, runSummary, stopReason } from '../core/messages.ts';
import { withoutOrders } from '../core/stop.ts';
import { BoardError, exitCode, NoSuchCardError } from '../errors.ts';
import type { MonitorEnd } from '../operations/context.ts';
import { say, tellCard, type CardReader } from '../tell/card.ts';
import { ownComments } from '../tell/own-comments.ts';
import { foundSince, type Found } from './found.ts';
import { judgeByRules } from './judge.ts';
import type { LoopPass, Over } from './loop.ts';
import { makeModelJudge } from './model-judge.ts';
import { pass, type PassPorts, type PassResult } from './pass.ts';
import { watchForStop } from './stop-watch.ts';

/** Sessions running in one workspace from which the poll slows down. */
const crowd = 5;
/** How long the last words on a card may take once the signal came; ms. */
const lastWordsMs = 30_000;
/** What makes us look beside a comment on the card. */
const triggers = ['timer', 'registry folder'];

/** The work of one run on its card, step by step: whoever keeps the time (a loop, a tool's call) takes the steps. */
export interface CardRun {
  readonly card: string;
  /** One pass, and what is new onto the card. @throws RegistryError, UnreadableRegistry */
  pass(signal: AbortSignal): Promise<LoopPass & { readonly result: PassResult }>;
  /** Why the run is over, if it is: a stop, its time, somebody's hand. Asks back where it is not clear. */
  isOver(signal: AbortSignal): Promise<Over | null>;
  /** @returns the note that went to the board. */
  heartbeat(signal: AbortSignal, note?: string): Promise<string>;
  /** The last words on the card; `null`: paused. @throws BoardError: to be tried again. */
  end(over: Over | null): Promise<MonitorEnd>;
}

interface Seen {
  last: PassResult | null;
  heldUntil: number | null;
  /** Why the card was not told, or not asked. */
  trouble: Error | null;
  /** Why the last pass failed. */
  failure: Error | null;
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
  readonly notice: (line: string) => void;
  /** A person's comment was asked back: it needs judgement. */
  readonly onUnclear?: (comment: CardComment) => void;
}): CardRun {
  const { ports, settings, board, claimed, level, until, notice } = options;
  const card = claimed.id;
  const { phrases } = settings.stop;
  const { log, now } = ports;
  const { registry } = settings;
  const reader: CardReader = { log, board, card, now, registry, graceMs: ports.settings.graceMs, stopPhrases: phrases };
  const since = claimed.run?.startedAt ?? now();
  const model = settings.judge === null ? null : makeModelJudge(settings.judge, now);
  const seen: Seen = { last: null, heldUntil: null, trouble: null, failure: null };
  const found = async (): Promise<Found> => foundSince(await log.ledger(), since);

  async function judge(shown: Card, signal: AbortSignal): Promise<Over | null> {
    const ruled = judgeByRules(shown, { until, now: now() });
    if (ruled !== null) return ruled;
    const isOurs = ownComments(await log.read(), card);
    const stop = watchForStop({ card: shown, isOurs, phrases, now: now() });
    if (stop.kind === 'stop') return { kind: 'stopped', at: stop.comment.createdAt };
    if (stop.kind === 'ask') {
      seen.trouble = await troubleOf(say(reader, askBack(), signal));
      options.onUnclear?.(stop.comment);
    }
    const unwanted = await model?.ask(shown, isOurs, signal);
    return unwanted === undefined || unwanted === null ? null : { kind: 'completed', reason: unwanted };
  }

  /** A crash may have come between the last words and the end: they are not said again. */
  async function sayLast(text: string, signal: AbortSignal): Promise<void> {
    const { comments } = await board.show(card, signal);
    const isOurs = ownComments(await log.read(), card);
    const last = comments.findLast(({ body }, index) => isOurs(body, index));
    if (last?.body.trimEnd() !== withoutOrders(text, phrases)) await say(reader, text, signal);
  }

  return {
    card,
    pass: async (signal) => {
      let result: PassResult;
      try {
        result = await pass(ports, 'loop', signal);
        seen.last = result;
        if (result.started) notice(`started a registry at ${result.registry.path}`);
      } catch (error) {
        seen.failure = errorOf(error);
        throw error;
      } finally {
        // Also when the registry cannot be read: that is news too.
        const told = tellCard(reader, signal).then((heldUntil) => (seen.heldUntil = heldUntil));
        if (level !== 'silent') seen.trouble = await troubleOf(told);
      }
      seen.failure = await troubleOf(log.rotate());
      return { comeBackAt: comeBackAt(result, seen.heldUntil, until, now()), crowded: isCrowded(result), result };
    },
    isOver: async (signal) => {
      try {
        const shown = await board.show(card, signal);
        // Its claim had run out: it is ours until somebody says otherwise.
        if (shown.status === 'ready') await board.claim(card, { pid: process.pid, host: hostname() }, signal);
        return await judge(shown, signal);
      } catch (error) {
        if (error instanceof NoSuchCardError) return { kind: 'ended', reason: 'the card is gone' };
        if (!(error instanceof BoardError)) throw error;
        seen.trouble = error;
        return null;
      }
    },
    heartbeat: async (signal, note) => {
      const text = note ?? heartbeatOf(await found(), seen, now());
      seen.trouble = await troubleOf(board.heartbeat(card, text, signal));
      if (level === 'verbose' && !board.showsHeartbeats) await troubleOf(say(reader, text, signal));
      return text;
    },
    end: async (over) => {
      const signal = AbortSignal.timeout(lastWordsMs);
      const summary = runSummary((await found()).kinds);
      const logEnd = (what: MonitorEnd['reason'], reason: string | null) =>
        log.append([{ kind: 'run', card, what, reason }]);
      switch (over?.kind) {
        case undefined:
          await troubleOf(say(reader, pausedText(summary), signal));
          await troubleOf(board.pause(card, signal));
          await logEnd('paused', null);
          return { reason: 'paused', summary: `paused: ${summary}`, exit: exitCode.done };
        case 'stopped': {
          const reason = stopReason(over.at);
          await sayLast(summary, signal);
          await board.block(card, reason, signal);
          await logEnd('stopped', reason);
          return { reason: 'stopped', summary: `${reason}: ${summary}`, exit: exitCode.done };
        }
        case 'completed': {
          const text = completedText(over.reason, summary);
          await sayLast(text, signal);
          await board.complete(card, text, signal);
          await logEnd('completed', over.reason);
          return { reason: 'completed', summary: text, exit: exitCode.done };
        }
        case 'ended':
          await logEnd('ended', over.reason);
          return { reason: 'ended', summary: `${over.reason}: ${summary}`, exit: exitCode.done };
      }
    },
  };
}

function heartbeatOf({ kinds, lastAt }: Found, seen: Readonly<Seen>, now: number): string {
  const { last, trouble, failure } = seen;
  // What keeps us from telling is not always the board: a full disk takes no intent.
  const refused = trouble instanceof BoardError ? trouble : null;
  return heartbeatNote({
    drifts: kinds.length,
    lastAt,
    now,
    lastLookAt: last?.at ?? null,
    passMs: last?.cost.ms ?? null,
    spawns: last?.cost.spawns ?? null,
    blind: last?.plan.blind.map(({ source }) => source) ?? [],
    triggers,
    boardTrouble: refused?.message ?? null,
    passTrouble: (failure ?? (refused === null ? trouble : null))?.message ?? null,
  });
}

/** When something waits that the usual interval would come too late for. */
function comeBackAt(last: PassResult | null, held: number | null, until: number | null, now: number): number | null {
  const deferred = (last?.deferred ?? []).flatMap((one) => (one.until === null ? [] : [one.until]));
  const again = last?.plan.lookAgain;
  const times = [...deferred, ...(again ? [now + again.afterMs] : []), held, until].filter((time) => time !== null);
  const ahead = times.filter((time) => time > now);
  return ahead.length === 0 ? null : Math.min(...ahead);
}

function isCrowded(last: PassResult | null): boolean {
  const sizes = new Map<string | null, number>();
  for (const { status, workspace } of last?.registry.entries ?? []) {
    if (status === 'running') sizes.set(workspace, (sizes.get(workspace) ?? 0) + 1);
  }
  return Math.max(0, ...sizes.values()) >= crowd;
}

/** A board that fails later does not end the loop: the next heartbeat says so. */
async function troubleOf(posting: Promise<unknown>): Promise<Error | null> {
  try {
    await posting;
    return null;
  } catch (error) {
    return errorOf(error);
  }
}

function errorOf(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
