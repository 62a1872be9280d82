import { setTimeout as sleep } from 'node:timers/promises';
import type { MqttSettings } from '../config/settings.ts';
import { BrokerError } from '../errors.ts';
import { BackOff } from '../system/back-off.ts';
import { messageOf } from '../system/errno.ts';
import { shownAddress } from './access.ts';
import { asBrokerError, isRefusal } from './broker-error.ts';
import { newClientId, openConnection, type Connection, type Incoming, type Message } from './connection.ts';
import { matches } from './topics.ts';

/** A part of the program that listens and speaks on the connection. */
export interface Member {
  /** Topics, with `+` and `#`. */
  readonly topics: readonly string[];
  onMessage(message: Incoming): void;
  /** Called each time the connection is up and the topics are subscribed. Its error ends the connection. */
  onUp?(connection: Connection): Promise<void>;
  /** Called before an orderly end. If it fails, or takes longer than `lastWordsMs`, the broker publishes the last will instead. */
  lastWords?(): Promise<void>;
}

export interface BrokerOptions {
  readonly settings: MqttSettings;
  /** Returns the last will of each connection. */
  readonly will?: () => Message;
  /** Takes one line for each change of state. */
  readonly notice: (line: string) => void;
  /** How long an end in order may take; ms. */
  readonly endMs?: number;
  /** 0 to 1. */
  readonly random?: () => number;
  /** ms since 1970. */
  readonly now?: () => number;
  /** How long the last words of the members may take; ms. */
  readonly lastWordsMs?: number;
}

const attempts = { shortestMs: 500, longestMs: 10_000, patience: { afterMs: 60 * 60_000, ms: 60_000 } };
/** A connection that lasted so long was a good one; ms. */
const goodMs = 10_000;
const usualLastWordsMs = 2_000;

/** The one MQTT connection of a process. It comes and goes; its members go on without it. */
export class Broker {
  readonly #options: BrokerOptions;
  readonly #now: () => number;
  readonly #backOff: BackOff;
  readonly #clientId = newClientId();
  readonly #members: Member[] = [];
  #trouble: string | null = 'not connected yet';
  #said = '';

  constructor(options: BrokerOptions) {
    const { random = Math.random, now = Date.now } = options;
    this.#options = options;
    this.#now = now;
    this.#backOff = new BackOff(attempts, random, now);
  }

  /** Why there is no connection; `null` while there is one. */
  get trouble(): string | null {
    return this.#trouble;
  }

  /** Adds a member, from the next connection on. */
  join(member: Member): void {
    this.#members.push(member);
  }

  /** Connects, and again whenever the connection is lost, until the signal aborts; then ends in order. Never throws. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const { ended, lastedMs } = await this.#serve(signal);
      if (signal.aborted) return;
      this.#trouble = ended.message;
      this.#say(isRefusal(ended) ? 'refused' : 'away', ended.message, '; it is tried again');
      if (lastedMs >= goodMs) this.#backOff.reset();
      await sleep(this.#backOff.next(), undefined, { signal }).catch(() => undefined);
    }
  }

  /**
   * Serves one connection from its beginning to its end.
   * @returns why it ended, and how long it had lasted; ms
   */
  async #serve(signal: AbortSignal): Promise<{ readonly ended: BrokerError; readonly lastedMs: number }> {
    const { settings, will, endMs } = this.#options;
    const more = { ...(will === undefined ? {} : { will: will() }), ...(endMs === undefined ? {} : { endMs }) };
    const onMessage = (message: Incoming): void => this.#hear(message);
    let connection: Connection | null = null;
    try {
      connection = await openConnection(settings, { clientId: this.#clientId, onMessage, ...more }, signal);
      const began = this.#now();
      const ended = await Promise.race([this.#attend(connection), this.#farewell(connection, signal)]);
      return { ended, lastedMs: this.#now() - began };
    } catch (error) {
      return { ended: asBrokerError(error, settings.url), lastedMs: 0 };
    } finally {
      this.#trouble = 'not connected';
      connection?.drop();
    }
  }

  /** Resolves with the end of the connection, or the failure of a member's work. */
  async #attend(connection: Connection): Promise<BrokerError> {
    await this.#listen(connection);
    this.#trouble = null;
    return Promise.race([connection.over, ...this.#members.map((member) => failureOf(member, connection))]);
  }

  /** Subscribes to the topics. A broker that refuses them may still take messages. */
  async #listen(connection: Connection): Promise<void> {
    const topics = [...new Set(this.#members.flatMap((member) => member.topics))];
    try {
      if (topics.length > 0) await connection.subscribe(topics);
      this.#say('up', 'the MQTT broker is connected');
    } catch (error) {
      if (connection.isOver()) throw error;
      this.#say('deaf', 'the MQTT broker is connected, but refuses its topics');
    }
  }

  #hear(message: Incoming): void {
    for (const member of this.#members) {
      if (member.topics.some((filter) => matches(filter, message.topic))) member.onMessage(message);
    }
  }

  /** Tells a change of state. The same trouble in other words is no change. */
  #say(state: string, text: string, more = ''): void {
    if (state === this.#said) return;
    this.#said = state;
    this.#options.notice(`${text} (${shownAddress(this.#options.settings.url)})${more}`);
  }

  /** Waits for the signal, and ends the connection in order. */
  async #farewell(connection: Connection, signal: AbortSignal): Promise<BrokerError> {
    const { lastWordsMs = usualLastWordsMs } = this.#options;
    await abortOrEnd(connection, signal);
    if (connection.isOver()) return connection.over;
    try {
      const said = Promise.all(this.#members.map((member) => member.lastWords?.()));
      await Promise.race([said, late(lastWordsMs)]);
      await connection.end();
    } catch {
      connection.drop();
    }
    return connection.over;
  }
}

function abortOrEnd({ over }: Connection, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const stop = (): void => {
      signal.removeEventListener('abort', stop);
      resolve();
    };
    signal.addEventListener('abort', stop);
    void over.then(stop);
    if (signal.aborted) stop();
  });
}

/** Resolves only if the work fails while the connection is there. */
async function failureOf(member: Member, connection: Connection): Promise<BrokerError> {
  try {
    await member.onUp?.(connection);
  } catch (error) {
    if (!connection.isOver())
      return error instanceof BrokerError ? error : new BrokerError(messageOf(error), { cure: '' });
  }
  return new Promise(() => undefined);
}

async function late(afterMs: number): Promise<never> {
  await sleep(afterMs, undefined, { ref: false });
  throw new Error('late');
}
