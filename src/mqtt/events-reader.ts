import { openedBy } from '../log/event-drifts.ts';
import type { Cursor, Event, Log } from '../log/log.ts';
import type { Connection } from './connection.ts';
import type { EventMessage } from './messages.ts';
import type { HostTopics } from './topics.ts';

/** Returns the messages for the `due` events, in order; `null`: an event that is not published. */
export type Describe = (all: readonly Event[], due: readonly Event[]) => readonly (EventMessage | null)[];

export interface EventsReaderOptions {
  readonly log: Log;
  readonly topics: HostTopics;
  readonly describe: Describe;
}

const reader = 'mqtt';
/** How many events a crash may repeat. */
const atOnce = 50;

/** Publishes every event of the log, in order. Its cursor moves with the broker's receipts. */
export class EventsReader {
  readonly #options: EventsReaderOptions;
  /** The cursor; it is read once, because nothing else moves it. */
  #cursor: Cursor | null = null;

  constructor(options: EventsReaderOptions) {
    this.#options = options;
  }

  /** Makes the cursor of a first run: it begins with the open drifts. */
  async begin(): Promise<void> {
    const { log } = this.#options;
    // Without the cursor's lock: a killed run may hold it for seconds, and the monitor waits for this.
    if ((await log.cursor(reader)) !== null) return;
    const position = ((await log.read()).at(-1)?.position ?? -1) + 1;
    const held = [...(await log.ledger()).open.keys()];
    await log.withCursor(reader, (stored) => Promise.resolve(stored ?? { position, held, told: [] }));
  }

  /**
   * Publishes due events, until it `isLate`.
   * @throws BrokerError
   */
  async tell(connection: Connection, isLate: () => boolean): Promise<void> {
    while (await this.#tellSome(connection, isLate));
  }

  /**
   * Publishes some events.
   * @returns whether there may be more
   */
  async #tellSome(connection: Connection, isLate: () => boolean): Promise<boolean> {
    const { log } = this.#options;
    const all = await log.read();
    const end = (all.at(-1)?.position ?? -1) + 1;
    if (this.#cursor !== null && this.#cursor.position >= end && this.#cursor.held.length === 0) return false;
    let failure: unknown = null;
    let told = 0;
    await log.withCursor(reader, async (stored) => {
      const from = stored ?? { position: end, held: [], told: [] };
      const due = dueOf(all, from);
      try {
        for await (const _ of this.#publish(all, due.slice(0, atOnce), connection, isLate)) told += 1;
      } catch (error) {
        failure = error;
      }
      this.#cursor = after(from, all, due.slice(0, told));
      return this.#cursor;
    });
    if (failure !== null) throw failure;
    return told === atOnce;
  }

  /** Publishes events, and yields once for each event that the broker has. */
  async *#publish(
    all: readonly Event[],
    due: readonly Event[],
    connection: Connection,
    isLate: () => boolean,
  ): AsyncIterable<void> {
    const { topics, describe } = this.#options;
    for (const message of describe(all, due)) {
      if (isLate()) return;
      const payload = JSON.stringify(message);
      if (message !== null) await connection.publish({ topic: topics.events, payload, retain: false });
      yield;
    }
  }
}

/** Returns the events since the cursor, after the openings of the drifts that are held back. */
function dueOf(all: readonly Event[], { position, held }: Cursor): readonly Event[] {
  if (held.length === 0) return all.filter((event) => event.position >= position);
  const waits = new Set(held);
  const opened = openedBy(all);
  return all.filter((event) => event.position >= position || opened(event).some(({ id }) => waits.has(id)));
}

/** Returns the reader's position once these are told. */
function after(from: Cursor, all: readonly Event[], told: readonly Event[]): Cursor {
  const last = told.at(-1);
  if (last === undefined) return from;
  if (last.position >= from.position) return { position: last.position + 1, held: [], told: [] };
  const done = new Set(told.flatMap(openedBy(all)).map(({ id }) => id));
  return { ...from, held: from.held.filter((id) => !done.has(id)) };
}
