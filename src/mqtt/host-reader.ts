import { setTimeout as sleep } from 'node:timers/promises';
import { isoMillis } from '../core/words/time.ts';
import type { Log } from '../log/log.ts';
import type { Member } from './broker.ts';
import type { Connection, Incoming, Message } from './connection.ts';
import { EventsReader, type Describe } from './events-reader.ts';
import {
  readMessage,
  sessionMessage,
  stateMessage,
  unseen,
  type SessionMessage,
  type StateMessage,
} from './messages.ts';
import { byTopic, markOf, type HostLook, type SeenSession } from './host-look.ts';
import { fitsTopic, type HostTopics } from './topics.ts';

/** Retained messages follow the subscription at once, but a broker may be far; ms. */
const farMs = 1_000;
/** How long the last events may take before the host is published as offline, unless the caller says otherwise; ms. */
const usualLastEventsMs = 1_000;

export interface HostReaderOptions {
  readonly log: Log;
  readonly topics: HostTopics;
  readonly version: string;
  /** ms since 1970. */
  readonly now: () => number;
  readonly describe: Describe;
  /** Called once if another monitor publishes under these topics. */
  readonly notice: (line: string) => void;
  /** How long it listens to the messages of an earlier run before it publishes; ms. */
  readonly listenMs?: number;
  /** How long the last events may take before the host is published as offline; ms. */
  readonly lastEventsMs?: number;
}

/** Keeps this host's state, sessions and events on the broker up to date. No pass waits for it. */
export class HostReader implements Member {
  readonly topics: readonly string[];
  readonly #options: HostReaderOptions;
  readonly #startedAt: string;
  readonly #events: EventsReader;
  readonly #closing = new AbortController();
  /** The messages that the broker holds under these topics. */
  #held = new Map<string, string>();
  /** The sessions that were heard of, by topic: also those of another monitor under these topics. */
  readonly #heard = new Map<string, SessionMessage>();
  /** Topics that were emptied since the last publishing. */
  readonly #taken = new Set<string>();
  #seen: HostLook | null = null;
  #goesAt: number | null = null;
  #isStale = false;
  /** The other monitors that publish under these topics, by the times since when they do. */
  readonly #others = new Set<string>();
  /** Another monitor under these topics has ended since the last publishing. */
  #otherEnded = false;
  /** The times in the last wills of this connection and of the one before. */
  #wills: readonly string[] = [];
  #wake = (): void => undefined;
  #working: Promise<void> = Promise.resolve();

  constructor(options: HostReaderOptions) {
    const { topics, now } = options;
    this.topics = [topics.state, topics.sessions];
    this.#options = options;
    this.#startedAt = isoMillis(now());
    this.#events = new EventsReader(options);
  }

  /** Returns the last will. */
  readonly will = (): Message => {
    const since = isoMillis(this.#options.now());
    this.#wills = [since, ...this.#wills.slice(0, 1)];
    return this.#state(false, since, null);
  };

  /** Makes events count from now on, beginning with the open drifts. */
  begin(): Promise<void> {
    return this.#events.begin();
  }

  look(seen: HostLook): void {
    this.#seen = seen;
    this.wake();
  }

  /** Publishes again: there may be events. */
  wake(): void {
    this.#isStale = true;
    this.#wake();
  }

  onUp(connection: Connection): Promise<void> {
    this.#working = this.#serve(connection);
    return this.#working;
  }

  async lastWords(): Promise<void> {
    this.#goesAt = this.#options.now();
    this.#closing.abort();
    this.wake();
    await this.#working;
  }

  onMessage({ topic, payload, retained }: Incoming): void {
    if (payload.length === 0) {
      // This reader removed the message, or `fleet --forget` did: a living monitor publishes it again.
      this.#taken.add(topic);
      this.#heard.delete(topic);
      this.wake();
    } else if (topic === this.#options.topics.state) {
      const said = retained ? null : readMessage(stateMessage, payload);
      if (said !== null) this.#hearState(said);
    } else {
      const known = readMessage(sessionMessage, payload);
      if (retained && !this.#isShared) this.#held.set(topic, known === null ? '' : markOf(known));
      if (known !== null) this.#hearSession(topic, known);
    }
  }

  #hearState({ online, since }: StateMessage): void {
    if (online) {
      if (since !== this.#startedAt && !this.#others.has(since)) this.#share(since);
      return;
    }
    this.#held.delete(this.#options.topics.state);
    // The last will of an earlier connection may come when the next one is up already.
    const isOwn = this.#wills.includes(since);
    if (this.#isShared && !isOwn) this.#otherEnded = true;
    this.wake();
  }

  #hearSession(topic: string, said: SessionMessage): void {
    this.#heard.set(topic, said);
    if (!this.#isShared || said.liveness !== 'unknown' || !this.#held.has(topic)) return;
    const own = this.#own().get(topic);
    if (own === undefined || own.liveness === 'unknown') return;
    // Another monitor ended, and a third one took this one's sessions for its.
    this.#held.delete(topic);
    this.wake();
  }

  #own(): ReadonlyMap<string, SeenSession> {
    return byTopic(this.#seen?.sessions ?? [], this.#options.topics);
  }

  /**
   * Notes that another monitor uses these topics: its messages are left alone, and messages that it may have removed
   * are published again. It learns of this one by the state, which it hears only if that is published while it listens.
   */
  #share(since: string): void {
    const { topics, notice } = this.#options;
    if (!this.#isShared) {
      notice(`another monitor publishes under ${topics.state} too: give each registry of a host its own mqtt.prefix`);
      this.#held = new Map();
    }
    this.#others.add(since);
    this.#held.delete(topics.state);
    this.wake();
  }

  get #isShared(): boolean {
    return this.#others.size > 0;
  }

  async #serve(connection: Connection): Promise<void> {
    void connection.over.then(() => this.wake());
    try {
      await this.#put(connection, this.#online());
      // The retained messages of an earlier run come meanwhile.
      await sleep(this.#options.listenMs ?? farMs, undefined, { signal: this.#closing.signal }).catch(() => undefined);
      while (!connection.isOver()) {
        await this.#publish(connection);
        if (this.#isStale) continue;
        if (this.#closing.signal.aborted) return await connection.publish(this.#offline());
        await new Promise<void>((resolve) => (this.#wake = resolve));
      }
    } finally {
      this.#held = new Map();
      this.#heard.clear();
    }
  }

  /** Publishes everything that differs from the broker's messages. */
  async #publish(connection: Connection): Promise<void> {
    this.#isStale = false;
    for (const topic of this.#taken) this.#held.delete(topic);
    this.#taken.clear();
    await this.#put(connection, this.#online());
    if (this.#seen !== null) await this.#publishSessions(connection);
    const { now, lastEventsMs = usualLastEventsMs } = this.#options;
    const isLate = () => this.#goesAt !== null && now() >= this.#goesAt + lastEventsMs;
    await this.#events.tell(connection, isLate);
  }

  async #publishSessions(connection: Connection): Promise<void> {
    const { topics, now } = this.#options;
    const at = isoMillis(now());
    const named = this.#own();
    const gone = [...this.#held.keys()].filter((topic) => topic !== topics.state && !named.has(topic));
    const changed = [...named].filter(([topic, one]) => fitsTopic(topic) && this.#held.get(topic) !== markOf(one));
    // One after the other, so that each has its own deadline on a slow line.
    for (const topic of gone) {
      await connection.publish({ topic, payload: '', retain: true });
      this.#held.delete(topic);
    }
    for (const [topic, one] of changed) {
      const message: SessionMessage = { schema: 1, ...one, at };
      await connection.publish({ topic, payload: JSON.stringify(message), retain: true });
      this.#held.set(topic, markOf(one));
    }
    if (!this.#otherEnded) return;
    // The host itself is still watched, so nothing else says that its sessions are not.
    for (const [topic, one] of this.#heard) {
      if (named.has(topic) || one.liveness === 'unknown') continue;
      const message: SessionMessage = { ...one, ...unseen, at };
      await connection.publish({ topic, payload: JSON.stringify(message), retain: true });
    }
    this.#otherEnded = false;
  }

  async #put(connection: Connection, message: Message): Promise<void> {
    if (this.#held.get(message.topic) === message.payload) return;
    await connection.publish(message);
    this.#held.set(message.topic, message.payload);
  }

  #online(): Message {
    return this.#state(true, this.#startedAt, this.#seen?.counts ?? null);
  }

  #offline(): Message {
    return this.#state(false, isoMillis(this.#options.now()), this.#seen?.counts ?? null);
  }

  #state(online: boolean, since: string, counts: StateMessage['counts']): Message {
    const { topics, version } = this.#options;
    const message: StateMessage = { schema: 1, online, since, version, counts };
    return { topic: topics.state, payload: JSON.stringify(message), retain: true };
  }
}
