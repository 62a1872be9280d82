import { completedText, pausedText, stopReason } from '../core/words/messages.ts';
import { withoutOrders } from '../core/words/stop.ts';
import { say, tellCard, type CardReader } from '../tell/card.ts';
import { ownComments } from '../tell/own-comments.ts';
import type { Over, Pause } from './judge.ts';

export interface MonitorEnd {
  readonly reason: 'stopped' | 'completed' | 'paused' | 'ended';
  /** One line: what was found in the run. */
  readonly summary: string;
  /** Why it is over, as the log keeps it; `null`: it is not. */
  readonly why: string | null;
}

/** What the last words are made of. */
export interface LastWords {
  readonly reader: CardReader;
  /** The card hears of drifts. */
  readonly tells: boolean;
  /** Returns what was found in the run until now. */
  readonly summary: () => Promise<string>;
}

/**
 * Says the last words on the card, and ends or pauses the run there and in the log.
 * @throws BoardError: to be tried again.
 */
export async function endRun(over: Over | Pause, words: LastWords, signal: AbortSignal): Promise<MonitorEnd> {
  const end = await endOnCard(over, words, signal);
  const { log, card } = words.reader;
  await log.append([{ kind: 'run', card, what: end.reason, reason: end.why }]);
  return end;
}

async function endOnCard(over: Over | Pause, words: LastWords, signal: AbortSignal): Promise<MonitorEnd> {
  const { board, card } = words.reader;
  switch (over.kind) {
    case 'stopped': {
      const why = stopReason(over.at);
      await tellRest(words, signal);
      const summary = await words.summary();
      await sayLast(words.reader, summary, signal);
      await board.block(card, why, signal);
      return { reason: 'stopped', summary: `${why}: ${summary}`, why };
    }
    case 'completed': {
      await tellRest(words, signal);
      const summary = completedText(over.reason, await words.summary());
      await sayLast(words.reader, summary, signal);
      await board.complete(card, summary, signal);
      return { reason: 'completed', summary, why: over.reason };
    }
    case 'paused':
      return pause(over, words, signal);
    case 'ended':
      return { reason: 'ended', summary: `${over.reason}: ${await words.summary()}`, why: over.reason };
  }
}

/**
 * Pauses the run. A board that is away must not keep the process: the next start goes on with the run all the same.
 */
async function pause({ by }: Pause, { reader, summary }: LastWords, signal: AbortSignal): Promise<MonitorEnd> {
  const found = await summary();
  if (by !== null) await say(reader, pausedText(by, found), signal).catch(() => undefined);
  await reader.board.pause(reader.card, signal).catch(() => undefined);
  return { reason: 'paused', summary: `paused: ${found}`, why: null };
}

/** Tells news that is held back or new: after the last words it would never be told. */
async function tellRest({ reader, tells }: LastWords, signal: AbortSignal): Promise<void> {
  const { gatherMs } = reader;
  if (tells) await tellCard({ ...reader, graceMs: 0, gatherMs: gatherMs === null ? null : 0 }, signal);
}

/** Says the last words, unless they are on the card already: a crash may have come between them and the end. */
async function sayLast(reader: CardReader, text: string, signal: AbortSignal): Promise<void> {
  const { board, card, log, stopPhrases } = reader;
  const { comments, runFromComment } = await board.show(card, signal);
  const isOwnComment = ownComments(await log.read(), card);
  const last = comments.findLast(({ body }, index) => index >= runFromComment && isOwnComment(body, index));
  if (last?.body.trimEnd() !== withoutOrders(text, stopPhrases)) await say(reader, text, signal);
}
