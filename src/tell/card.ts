import type { DriftId } from '../core/model/branded.ts';
import type { Board } from '../board/board.ts';
import { isAttention } from '../core/drift/kind-of.ts';
import { alsoWaiting } from '../core/words/messages.ts';
import { withoutOrders } from '../core/words/stop.ts';
import { clean, cutTo, fitLines } from '../core/words/text.ts';
import { isoSeconds } from '../core/words/time.ts';
import type { Cursor, Event, Log, LoggedDrift } from '../log/log.ts';
import { begin, isWorthKeeping } from './begin.ts';
import { graceUntil } from './grace.ts';
import { newsFor, type News } from './news.ts';
import { bodyHash } from './own-comments.ts';
import { shellCommand, type RegistryPlace } from '../core/words/shell-command.ts';

export interface CardReader {
  readonly log: Log;
  readonly board: Board;
  readonly card: string;
  /** ms since 1970. */
  readonly now: () => number;
  /** How long a death and an orphaned job are held back, in case the user ended the session himself; ms. */
  readonly graceMs: number;
  /** The registry whose history shows what a comment has no room for. */
  readonly registry: RegistryPlace;
  /**
   * How long an agent that waits for the user is held back, so that one comment names all that begin to wait; ms. `null`:
   * none is told on this card.
   */
  readonly gatherMs: number | null;
  /** The configured phrases that mean stop: the program's own texts must not hold them. */
  readonly stopPhrases: readonly string[];
}

export interface ToldCard {
  /** When the next death that is held back may be told, ms since 1970; `null` if none is. */
  readonly heldUntil: number | null;
  /** The comment that was posted; `null`: there was no news. */
  readonly posted: string | null;
  /** The drifts that this comment told. */
  readonly drifts: readonly DriftId[];
}

/** Makes sure that nothing is lost for the card from now on, however late its board takes the first comment. */
export function beginCard(log: Log, card: string): Promise<void> {
  return begin(log, readerName(card));
}

/**
 * Puts all news on the card: one comment, a line for each drift. The intent is logged first, then the comment is made,
 * then its end is logged. After a crash the card is read back, so nothing is lost and nothing told twice.
 * @throws BoardError; the news then go into the next comment.
 */
export async function tellCard(reader: CardReader, signal: AbortSignal): Promise<ToldCard> {
  const { log, card } = reader;
  await beginCard(log, card);
  const known = await log.cursor(readerName(card));
  const seen = news(reader, await log.read(), known);
  if (
    !isDue(seen) &&
    known !== null &&
    !isWorthKeeping(seen.next, known) &&
    unfinished(await log.read(), card) === null
  ) {
    return { heldUntil: seen.heldUntil, posted: null, drifts: [] };
  }
  let heldUntil: number | null = null;
  let posted: string | null = null;
  let drifts: readonly DriftId[] = [];
  await log.withCursor(readerName(card), async (stored) => {
    await settle(reader, signal);
    const due = news(reader, await log.read(), stored);
    heldUntil = due.heldUntil;
    if (!isDue(due)) return due.next;
    drifts = due.opened.map(({ id }) => id);
    posted = await post(reader, commentOf(due, reader), { cursor: due.next, drifts }, signal);
    return due.next;
  });
  return { heldUntil, posted, drifts };
}

/** Puts a text on the card that tells no drift. */
export async function say(reader: CardReader, text: string, signal: AbortSignal): Promise<void> {
  await sayUnlessSaid(reader, text, 0, signal);
}

/**
 * Puts a text on the card unless the same text is there already.
 * @param withinMs how long the same text counts as the same comment
 * @returns whether it was posted
 */
export async function sayUnlessSaid(
  reader: CardReader,
  text: string,
  withinMs: number,
  signal: AbortSignal,
): Promise<boolean> {
  const { log, card, now } = reader;
  let isNew = true;
  await log.withCursor(readerName(card), async () => {
    await settle(reader, signal);
    const hash = bodyHash(bodyOf(reader, text));
    isNew = !arrivals(await log.read(), card).some(
      (said) => said.bodyHash === hash && now() - Date.parse(said.at) < withinMs,
    );
    if (isNew) await post(reader, text, { cursor: null }, signal);
    return null;
  });
  return isNew;
}

function readerName(card: string): string {
  return `card-${card}`;
}

function isDue({ opened, resolved }: News): boolean {
  return opened.length > 0 || resolved.length > 0;
}

function news(reader: CardReader, events: readonly Event[], stored: Cursor | null): News {
  const { card, graceMs, gatherMs, now } = reader;
  const cursor = furthest(stored, lastPosted(events, card));
  const grace = graceUntil(graceMs, now());
  const openedAt = new Map<DriftId, number>();
  const noted: typeof grace = (drift, at) => (openedAt.set(drift.id, at), grace(drift, at));
  const all = heard(newsFor(events, cursor, noted, now()), reader);
  // What is told anyway takes the waits along.
  if (gatherMs === null || all.resolved.length > 0 || !all.opened.every(isAttention)) return all;
  const first = Math.min(...all.opened.map(({ id }) => openedAt.get(id) ?? 0));
  // A time ahead of the clock was taken before the clock was set back.
  if (first > now() || first + gatherMs <= now()) return all;
  const held: typeof grace = (drift, at) => (isAttention(drift) ? first + gatherMs : grace(drift, at));
  return heard(newsFor(events, cursor, held, now()), reader);
}

/** Leaves out what this card does not tell. That an agent goes on is no news to a reader of the card. */
function heard(all: News, { gatherMs }: CardReader): News {
  const resolved = all.resolved.filter(({ drift }) => !isAttention(drift));
  const opened = gatherMs === null ? all.opened.filter((drift) => !isAttention(drift)) : all.opened;
  return { ...all, opened, resolved };
}

function commentOf({ opened, resolved, since, standing }: News, reader: CardReader): string {
  const { registry, now, board } = reader;
  const others = opened.some(isAttention) ? standing.filter(isAttention) : [];
  const lines = [
    ...opened.flatMap((drift) => linesOf(drift, reader)),
    ...(others.length === 0 ? [] : [harmless(alsoWaiting(others.map(({ session }) => session ?? '')), board)]),
    ...resolved.map(({ message }) => clean(message)),
  ];
  const rest = shellCommand(registry, 'history', '--since', isoSeconds(since ?? now()));
  return fitLines(lines, board.traits.commentBytes, (count) => `… and ${count} more lines: ${rest}`);
}

function linesOf({ message, resume }: LoggedDrift, { board }: CardReader): string[] {
  const sentence = harmless(clean(message), board);
  if (resume === undefined) return [sentence];
  return [sentence, ...resume.split('\n').map((line) => `    ${harmless(clean(line), board)}`)];
}

/**
 * Returns a text as it goes on the card. It is cut before orders are quoted, because half a quotation could uncover an
 * order; then it may be too long again.
 */
function bodyOf({ stopPhrases, board }: CardReader, text: string): string {
  const whole = harmless(text, board);
  const bytesAtMost = board.traits.commentBytes;
  for (let most = bytesAtMost; ; most -= 64) {
    const body = withoutOrders(cutTo(whole, most), stopPhrases);
    if (Buffer.byteLength(body) <= bytesAtMost || most <= 64) return body;
  }
}

/** Names pull requests without their address where the board would act on an address. */
function harmless(text: string, { traits }: Board): string {
  if (!traits.reactsToPullRequests) return text;
  return text.replace(/https?:\/\/github\.com\/([\w.-]+\/[\w.-]+)\/pull\/(\d+)\S*/g, '$1#$2');
}

async function post(
  reader: CardReader,
  text: string,
  told: Pick<Posting, 'cursor' | 'drifts'>,
  signal: AbortSignal,
): Promise<string> {
  const { log, board, card } = reader;
  const body = bodyOf(reader, text);
  const shown = await board.show(card, signal);
  const hash = bodyHash(body);
  const [posting] = await log.append([
    { kind: 'posting', card, bodyHash: hash, cardPosition: shown.comments.length, ...told },
  ]);
  await board.comment(card, body, signal);
  await log.append([{ kind: 'posted', card, of: posting?.event ?? '', bodyHash: hash, arrived: true }]);
  return body;
}

/**
 * Settles a posting that a crash cut short: if the card has the comment, it counts as posted; else it never happened.
 */
async function settle({ log, board, card }: CardReader, signal: AbortSignal): Promise<void> {
  const open = unfinished(await log.read(), card);
  if (open === null) return;
  const { comments } = await board.show(card, signal);
  const arrived = comments.slice(open.cardPosition).some(({ body }) => bodyHash(body) === open.bodyHash);
  await log.append([{ kind: 'posted', card, of: open.event, bodyHash: open.bodyHash, arrived }]);
}

type Posting = Extract<Event, { kind: 'posting' }>;

/** Returns the last posting if the log does not say how it ended. */
function unfinished(events: readonly Event[], card: string): Posting | null {
  const last = events.findLast((event) => (event.kind === 'posting' || event.kind === 'posted') && event.card === card);
  return last?.kind === 'posting' ? last : null;
}

/** Returns the position after the last comment that arrived: after a crash the reader's own file may be older. */
function lastPosted(events: readonly Event[], card: string): Cursor | null {
  return arrivals(events, card).findLast(({ cursor }) => cursor !== null)?.cursor ?? null;
}

/** Returns the postings that arrived on that card; a refused posting does not count. */
function arrivals(events: readonly Event[], card: string): readonly Posting[] {
  const arrived = new Set(events.flatMap((event) => (event.kind === 'posted' && event.arrived ? [event.of] : [])));
  return events.filter(
    (event): event is Posting => event.kind === 'posting' && event.card === card && arrived.has(event.event),
  );
}

/**
 * Returns the later of two positions. At the same position the posting is the later one: what is stored was kept while
 * some of its news was held back.
 */
function furthest(stored: Cursor | null, posted: Cursor | null): Cursor | null {
  if (stored === null || posted === null) return stored ?? posted;
  return stored.position > posted.position ? stored : posted;
}
