import type { NotifierSettings } from '../../config/notifier-settings.ts';
import type { RegistryPlace } from '../../core/words/shell-command.ts';
import { BackOff, type BackOffTimes } from '../../system/back-off.ts';
import { codeOf, messageOf } from '../../system/errno.ts';
import { hashOf } from '../../system/hash.ts';
import type { Cursor, Event, Log } from '../../log/log.ts';
import { isWorthKeeping } from '../begin.ts';
import { dueEvents, type Due } from './due-events.ts';
import { noticeOf } from './notice.ts';
import type { Notice } from './notice-schema.ts';
import { SendError, type Notifier } from './notifier.ts';
import { isQuiet } from './quiet-hours.ts';
import type { TroubleFile, Wait } from '../../system/trouble-file.ts';

export interface DeliveryOptions {
  readonly settings: Pick<NotifierSettings, 'name' | 'on' | 'workspaces' | 'quietHours'>;
  readonly notifier: Notifier;
  readonly log: Log;
  readonly trouble: TroubleFile;
  readonly host: string;
  readonly registry: RegistryPlace;
  /** How long a death is held back, in case the user ended the session himself; ms. */
  readonly graceMs: number;
  /** ms since 1970. */
  readonly now: () => number;
}

/** News waits so long for more of it: a burst is one notice; ms. */
const gatherMs = 2_000;
/** The time between two notices of one notifier; what comes meanwhile is one notice; ms. */
const spacingMs = 10_000;
const backOffTimes: BackOffTimes = { shortestMs: 5_000, longestMs: 10 * 60_000 };
/** After a failure of this host, such as a full disk: no receiver has to be spared, and the news is late already. */
const ownBackOffTimes: BackOffTimes = { shortestMs: 5_000, longestMs: 30_000 };

/**
 * One notifier as a reader of the log. It tells at least once: its position moves once the receiver has answered, and
 * the ids of the events tell a second time from a first. While the receiver is away nothing piles up: each attempt tells
 * in one notice what is still news then.
 */
export class Delivery {
  readonly #options: DeliveryOptions;
  readonly #backOff: BackOff;
  readonly #ownBackOff: BackOff;
  /** Events before it need no second look. */
  #settledAt = -1;
  /** Where the reader stands after a notice whose position could not be written, such as on a full disk. */
  #unkept: Cursor | null = null;
  readonly #receiver: string;
  #pause: Wait | null;
  #trouble: string | null;

  constructor(options: DeliveryOptions) {
    this.#options = options;
    this.#backOff = new BackOff(backOffTimes, Math.random, options.now);
    this.#ownBackOff = new BackOff(ownBackOffTimes, Math.random, options.now);
    const kept = options.trouble.read(options.settings.name);
    this.#receiver = receiverIn(options.settings);
    // The user may have named another receiver since.
    const holds = kept?.wait != null && (kept.wait.of ?? this.#receiver) === this.#receiver;
    this.#pause = holds ? kept.wait : null;
    this.#trouble = holds ? this.#worded(kept.reason) : null;
  }

  /** Why the last notice was not sent; `null`: all is well. */
  get trouble(): string | null {
    return this.#trouble;
  }

  /**
   * Sets a new notifier's first position: what stands at its first start is on the card and in `asm status`, and is not
   * told again. After a lost position it is.
   */
  async begin(): Promise<void> {
    const { log } = this.#options;
    // Without the cursor's lock: a killed run may hold it for seconds, and a new watch waits for this.
    if ((await log.cursor(this.#reader)) !== null) return;
    const start = startAt(endOf(await log.read()));
    await log.withCursor(this.#reader, async (stored) => stored ?? start);
  }

  /**
   * Tells what is due. It never throws.
   * @param all all events of the log
   * @returns when it must look again although nothing was logged; ms since 1970. `null`: with the next pass at the latest
   */
  async look(all: readonly Event[], signal: AbortSignal): Promise<number | null> {
    const { now, settings } = this.#options;
    if (endOf(all) === this.#settledAt) return null;
    const pausedUntil = this.#pausedUntil();
    if (pausedUntil !== null) return pausedUntil;
    if (isQuiet(settings.quietHours, now())) return null;
    try {
      return await this.#tell(all, signal);
    } catch (error) {
      if (signal.aborted) return null;
      return this.#failed(error);
    }
  }

  /** Tells what is due. @throws SendError; the log's errors */
  async #tell(all: readonly Event[], signal: AbortSignal): Promise<number | null> {
    const { log, now } = this.#options;
    const stored = this.#unkept ?? (await log.cursor(this.#reader));
    if (stored === null) {
      await this.begin();
      return now();
    }
    const seen = this.#due(all, stored);
    if (seen.events.length === 0) {
      const wasSent = this.#unkept !== null;
      if (wasSent || isWorthKeeping(seen.next, stored)) await this.#move(async () => seen.next);
      if (wasSent) this.#works();
      if (seen.heldUntil === null) this.#settledAt = endOf(all);
      return seen.heldUntil;
    }
    const readyAt = readyAtOf(seen, this.#options.graceMs);
    // News ahead of the clock was logged before the clock was set back.
    if (readyAt > now() && sinceOf(seen) <= now()) return readyAt;
    await this.#move(async (cursor) => this.#deliver(await log.read(), this.#unkept ?? cursor ?? stored, signal));
    this.#works();
    return now();
  }

  /** Moves the position. What was sent is not sent again by this process if the position cannot be written. */
  async #move(deliver: (cursor: Cursor | null) => Promise<Cursor>): Promise<void> {
    await this.#options.log.withCursor(this.#reader, async (cursor) => (this.#unkept = await deliver(cursor)));
    this.#unkept = null;
  }

  #works(): void {
    this.#backOff.reset();
    this.#ownBackOff.reset();
    this.#came(null);
  }

  /** Sends what is still due under the cursor's lock: another process may have told it. @returns the next position */
  async #deliver(all: readonly Event[], cursor: Cursor, signal: AbortSignal): Promise<Cursor> {
    const { notifier, host, registry, now } = this.#options;
    const { events, next } = this.#due(all, cursor);
    if (events.length === 0) return next;
    await send(notifier, noticeOf(events, { host, registry, now: now() }), signal);
    // The receiver is there, whatever becomes of the position.
    this.#backOff.reset();
    this.#pause = { from: now(), ms: spacingMs };
    return next;
  }

  #due(all: readonly Event[], cursor: Cursor): Due {
    const { settings, graceMs, now } = this.#options;
    return dueEvents(all, cursor, { settings, graceMs, now: now() });
  }

  /** Returns until when nothing is sent; `null`: it may be sent now. A clock that was set back ends a pause. */
  #pausedUntil(): number | null {
    if (this.#pause === null) return null;
    const { from, ms } = this.#pause;
    const now = this.#options.now();
    return now >= from && now < from + ms ? from + ms : null;
  }

  #failed(error: unknown): number {
    const from = this.#options.now();
    const wait =
      error instanceof SendError ? Math.max(this.#backOff.next(), error.waitMs ?? 0) : this.#ownBackOff.next();
    // A notice whose position could not be written was sent, and the next one keeps its distance.
    const until = Math.max(from + wait, this.#pausedUntil() ?? 0);
    this.#pause = { from, ms: until - from };
    const isAsked = error instanceof SendError && error.waitMs !== null;
    this.#came(messageOf(error), isAsked ? { ...this.#pause, of: this.#receiver } : null);
    return until;
  }

  #came(reason: string | null, asked: Wait | null = null): void {
    const { settings, trouble } = this.#options;
    this.#trouble = reason === null ? null : this.#worded(reason);
    trouble.keep(settings.name, reason, asked);
  }

  #worded(reason: string): string {
    return `the notifier ${this.#options.settings.name}: ${reason}`;
  }

  get #reader(): string {
    return readerOf(this.#options.settings.name);
  }
}

/** Returns the name by which the log keeps a notifier's position. */
export function readerOf(name: string): string {
  return `notify-${name}`;
}

/** Returns what tells one receiver from another: addresses are secrets, so only a hash of them is kept. */
function receiverIn(settings: DeliveryOptions['settings']): string {
  return hashOf(JSON.stringify({ ...settings, on: null, workspaces: null, quietHours: null }), 16);
}

/** Sends a notice. Only what a notifier worded itself is shown: any other error may hold an address. @throws SendError */
async function send(notifier: Notifier, notice: Notice, signal: AbortSignal): Promise<void> {
  try {
    await notifier.send(notice, signal);
  } catch (error) {
    if (error instanceof SendError) throw error;
    throw new SendError(`it failed (${codeOf(error) || 'for a reason of its own'})`);
  }
}

/** Returns when the news may be told: a death that is held back a little longer goes into the same notice. */
function readyAtOf(due: Due, graceMs: number): number {
  const since = sinceOf(due);
  const { heldUntil } = due;
  return heldUntil !== null && heldUntil <= since + 2 * graceMs ? heldUntil : since + gatherMs;
}

function sinceOf({ events }: Due): number {
  return Math.min(...events.map(({ at }) => Date.parse(at)));
}

function endOf(events: readonly Event[]): number {
  return (events.at(-1)?.position ?? -1) + 1;
}

function startAt(position: number): Cursor {
  return { position, held: [], told: [] };
}
