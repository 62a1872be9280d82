import { isoMillis } from '../core/words/time.ts';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Member } from './broker.ts';
import { readMessage, sessionMessage, stateMessage, type SessionMessage, type StateMessage } from './messages.ts';
import type { Incoming, Message, Session } from './session.ts';
import { fitsTopic, type HostTopics } from './topics.ts';
import type { Log } from '../log/log.ts';
import { tellEvents, type Describe } from './mqtt-events.ts';

/** What one look of this host's monitor saw. */
export interface HostLook {
  readonly counts: NonNullable<StateMessage['counts']>;
  readonly sessions: readonly Omit<SessionMessage, 'schema' | 'at'>[];
}

/** This host on the broker: its state, its sessions, its events. Nothing that it does is waited for by a pass. */
export interface MqttReader {
  readonly member: Member;
  /** What the broker says for us if we are lost. */
  will(): Message;
  /** Events count from here on, with what stands. */
  begin(): Promise<void>;
  look(seen: HostLook): void;
  /** There may be events. */
  wake(): void;
}

/** Retained messages follow the subscription at once; ms. */
const listenMs = 1_000;
/** How long the last events may take before we say that we go; ms. */
const lastEventsMs = 1_000;

export function makeMqttReader(options: {
  readonly log: Log;
  readonly topics: HostTopics;
  readonly version: string;
  /** ms since 1970. */
  readonly now: () => number;
  readonly describe: Describe;
  /** Told once if another monitor publishes under our topics. */
  readonly notice: (line: string) => void;
}): MqttReader {
  const { topics, version, now, notice } = options;
  const startedAt = isoMillis(now());
  const events = tellEvents(options);
  const closing = new AbortController();
  /** What the broker holds of ours, by topic. */
  let held = new Map<string, string>();
  /** Topics that were emptied since we last published. */
  const taken = new Set<string>();
  let seen: HostLook | null = null;
  let goesAt: number | null = null;
  let isStale = false;
  let isShared = false;
  let wake = (): void => undefined;
  let working: Promise<void> = Promise.resolve();

  function touch(): void {
    isStale = true;
    wake();
  }

  function state(isOnline: boolean, since: string, counts: StateMessage['counts']): Message {
    const message: StateMessage = { schema: 1, online: isOnline, since, version, counts };
    return { topic: topics.state, payload: JSON.stringify(message), retain: true };
  }

  function online(): Message {
    return state(true, startedAt, seen?.counts ?? null);
  }

  /** Everything that differs from what stands on the broker. */
  async function publish(session: Session): Promise<void> {
    isStale = false;
    for (const topic of taken) held.delete(topic);
    taken.clear();
    await put(session, online());
    if (seen !== null) await publishSessions(session, seen);
    await events.tell(session, () => goesAt !== null && now() >= goesAt + lastEventsMs);
  }

  async function publishSessions(session: Session, { sessions }: HostLook): Promise<void> {
    const at = isoMillis(now());
    // Two entries of one name, on two sockets, are one topic: the one that runs is shown.
    const named = new Map(
      sessions.toSorted((one, other) => rank(one) - rank(other)).map((one) => [topics.session(one.session), one]),
    );
    const gone = [...held.keys()].filter((topic) => topic !== topics.state && !named.has(topic));
    const changes = [...named].filter(([topic, one]) => fitsTopic(topic) && held.get(topic) !== markOf(one));
    // One after the other: on a slow line each has its own time to be answered in.
    for (const topic of gone) {
      await session.publish({ topic, payload: '', retain: true });
      held.delete(topic);
    }
    for (const [topic, one] of changes) {
      const message: SessionMessage = { schema: 1, ...one, at };
      await session.publish({ topic, payload: JSON.stringify(message), retain: true });
      held.set(topic, markOf(one));
    }
  }

  async function put(session: Session, message: Message): Promise<void> {
    if (held.get(message.topic) === message.payload) return;
    await session.publish(message);
    held.set(message.topic, message.payload);
  }

  async function serve(session: Session): Promise<void> {
    void session.over.then(touch);
    try {
      await put(session, online());
      // What an earlier run has left there comes meanwhile.
      await sleep(listenMs, undefined, { signal: closing.signal }).catch(() => undefined);
      while (!session.isOver()) {
        await publish(session);
        if (isStale) continue;
        if (closing.signal.aborted) return await session.publish(state(false, isoMillis(now()), seen?.counts ?? null));
        await new Promise<void>((resolve) => (wake = resolve));
      }
    } finally {
      held = new Map();
    }
  }

  function onMessage({ topic, payload, retained }: Incoming): void {
    if (payload.length === 0) {
      // Our own removal, or `fleet --forget` took away what a living monitor says: that is said again.
      taken.add(topic);
      touch();
    } else if (topic === topics.state) {
      const said = retained ? null : readMessage(stateMessage, payload);
      if (said === null) return;
      if (said.online) return said.since === startedAt ? undefined : share();
      // The last will of a connection that was ours may come after we are back.
      held.delete(topic);
      touch();
    } else if (retained && !isShared) {
      const known = readMessage(sessionMessage, payload);
      held.set(topic, known === null ? '' : markOf(known));
    }
  }

  /** From here on what others put there is theirs, and what they may have taken away of ours is put there again. */
  function share(): void {
    if (isShared) return;
    isShared = true;
    notice(`another monitor publishes under ${topics.state} too: give each registry of a host its own mqtt.prefix`);
    held = new Map();
    touch();
  }

  return {
    member: {
      topics: [topics.state, topics.sessions],
      onMessage,
      onUp: (session) => (working = serve(session)),
      lastWords: async () => {
        goesAt = now();
        closing.abort();
        touch();
        await working;
      },
    },
    will: () => state(false, isoMillis(now()), null),
    begin: events.begin,
    look: (look) => {
      seen = look;
      touch();
    },
    wake: touch,
  };
}

function rank({ status }: HostLook['sessions'][number]): number {
  return status === 'running' ? 1 : 0;
}

/** All but when. */
function markOf(one: HostLook['sessions'][number]): string {
  const { session, status, liveness, id, job, activity } = one;
  return JSON.stringify([session, status, liveness, id, job, activity, one.waiting_for, one.waiting_since]);
}
