import type { EventMessage } from './messages.ts';
import type { Session } from './session.ts';
import type { HostTopics } from './topics.ts';
import { openedBy } from '../log/event-drifts.ts';
import type { Cursor, Event, Log } from '../log/log.ts';

/** The events among `all` that are `due`, as everybody outside sees them, in order; `null`: one that they do not see. */
export type Describe = (all: readonly Event[], due: readonly Event[]) => readonly (EventMessage | null)[];

const reader = 'mqtt';
/** Events that a crash may repeat. */
const atOnce = 50;

/** Every event of the log, in order; where we stand moves with the broker's receipts. */
export function tellEvents(options: { readonly log: Log; readonly topics: HostTopics; readonly describe: Describe }) {
  const { log, topics, describe } = options;
  /** Only we move it, so it is read once. */
  let cursor: Cursor | null = null;

  /** Publishes some of what is due. @returns whether there may be more. @throws BrokerError */
  async function tellSome(session: Session, isLate: () => boolean): Promise<boolean> {
    const all = await log.read();
    const end = (all.at(-1)?.position ?? -1) + 1;
    if (cursor !== null && cursor.position >= end && cursor.held.length === 0) return false;
    let failure: unknown = null;
    let isMore = false;
    await log.withCursor(reader, async (stored) => {
      const from = stored ?? { position: end, held: [], told: [] };
      const due = dueOf(all, from);
      let told = 0;
      try {
        for (const message of describe(all, due.slice(0, atOnce))) {
          if (isLate()) break;
          if (message !== null) {
            await session.publish({ topic: topics.events, payload: JSON.stringify(message), retain: false });
          }
          told += 1;
        }
      } catch (error) {
        failure = error;
      }
      cursor = after(from, all, due.slice(0, told));
      isMore = told === atOnce;
      return cursor;
    });
    if (failure !== null) throw failure;
    return isMore;
  }

  return {
    /** Who reads for the first time begins with what is open. */
    begin: async (): Promise<void> => {
      // Without its lock: a killed run may hold that for seconds, and we are waited for.
      if ((await log.cursor(reader)) !== null) return;
      const position = ((await log.read()).at(-1)?.position ?? -1) + 1;
      const held = [...(await log.ledger()).open.keys()];
      await log.withCursor(reader, (stored) => Promise.resolve(stored ?? { position, held, told: [] }));
    },
    tell: async (session: Session, isLate: () => boolean): Promise<void> => {
      while (await tellSome(session, isLate));
    },
  };
}

/** What came since, and before it what opened the drifts that are held. */
function dueOf(all: readonly Event[], { position, held }: Cursor): readonly Event[] {
  if (held.length === 0) return all.filter((event) => event.position >= position);
  const waits = new Set(held);
  const opened = openedBy(all);
  return all.filter((event) => event.position >= position || opened(event).some(({ id }) => waits.has(id)));
}

/** Where the reader stands once these are told. */
function after(from: Cursor, all: readonly Event[], told: readonly Event[]): Cursor {
  const last = told.at(-1);
  if (last === undefined) return from;
  if (last.position >= from.position) return { position: last.position + 1, held: [], told: [] };
  const done = new Set(told.flatMap(openedBy(all)).map(({ id }) => id));
  return { ...from, held: from.held.filter((id) => !done.has(id)) };
}
