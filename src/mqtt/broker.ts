import { setTimeout as sleep } from 'node:timers/promises';
import type { MqttSettings } from '../config/settings.ts';
import { BrokerError } from '../errors.ts';
import { shownAddress } from './access.ts';
import { BackOff } from '../system/back-off.ts';
import { messageOf } from '../system/errno.ts';
import { newClientId, openSession, type Incoming, type Message, type Session } from './session.ts';
import { matches } from './topics.ts';
import { asBrokerError, isRefusal } from './trouble.ts';

/** Who listens and speaks on the connection. */
export interface Member {
  /** With `+` and `#`. */
  readonly topics: readonly string[];
  onMessage(message: Incoming): void;
  /** Each time the connection is there and the topics are subscribed. What it throws ends the connection. */
  onUp?(session: Session): Promise<void>;
  /** Before an orderly end. Where it fails, or takes more than 2 s, the last will is said instead. */
  lastWords?(): Promise<void>;
}

const lastWordsMs = 2_000;

/** A broker that has been away for an hour is not back within seconds. */
const attempts = { shortestMs: 500, longestMs: 10_000, patience: { afterMs: 60 * 60_000, ms: 60_000 } };
/** A connection that lasted so long was a good one; ms. */
const goodMs = 10_000;

/** The one MQTT connection of a process. It comes and goes; whoever needs it goes on without it. */
export interface Broker {
  /** Counts from the next connection on. */
  join(member: Member): void;
  /** Why there is no connection; `null` while there is one. */
  trouble(): string | null;
  /** Connects, and again whenever it is lost, until the signal aborts; then ends in order. Never throws. */
  run(signal: AbortSignal): Promise<void>;
}

export function makeBroker(options: {
  readonly settings: MqttSettings;
  /** Asked for each connection. */
  readonly will?: () => Message;
  /** One line a change of state. */
  readonly notice: (line: string) => void;
  /** 0 to 1. */
  readonly random?: () => number;
  /** ms since 1970. */
  readonly now?: () => number;
}): Broker {
  const { settings, will, notice, random = Math.random, now = Date.now } = options;
  const members: Member[] = [];
  const clientId = newClientId();
  const backOff = new BackOff(attempts, random, now);
  let trouble: string | null = 'not connected yet';
  let said = '';

  /** The same trouble in other words is no news. */
  function say(state: string, text: string, more = ''): void {
    if (state === said) return;
    said = state;
    notice(`${text} (${shownAddress(settings.url)})${more}`);
  }

  function onMessage(message: Incoming): void {
    for (const member of members) {
      if (member.topics.some((filter) => matches(filter, message.topic))) member.onMessage(message);
    }
  }

  /** One connection from its beginning to its end. @returns why it ended, and how long it had lasted; ms */
  async function serve(signal: AbortSignal): Promise<{ readonly ended: BrokerError; readonly lastedMs: number }> {
    let session: Session | null = null;
    let began = now();
    try {
      const last = will === undefined ? {} : { will: will() };
      session = await openSession(settings, { clientId, onMessage, ...last }, signal);
      began = now();
      const ended = await Promise.race([attend(session), farewell(session, members, signal)]);
      return { ended, lastedMs: now() - began };
    } catch (error) {
      return { ended: asBrokerError(error, settings.url), lastedMs: 0 };
    } finally {
      trouble = 'not connected';
      session?.drop();
    }
  }

  /** Resolves with the end of the connection, or the failure of a member's work. */
  async function attend(session: Session): Promise<BrokerError> {
    await listen(session);
    trouble = null;
    return Promise.race([session.over, ...members.map((member) => failureOf(member, session))]);
  }

  /** A broker that does not let us listen may still take what we publish. */
  async function listen(session: Session): Promise<void> {
    const topics = [...new Set(members.flatMap((member) => member.topics))];
    try {
      if (topics.length > 0) await session.subscribe(topics);
      say('up', 'the MQTT broker is connected');
    } catch (error) {
      if (session.isOver()) throw error;
      say('deaf', 'the MQTT broker is connected, but refuses the topics that we listen to');
    }
  }

  return {
    join: (member) => void members.push(member),
    trouble: () => trouble,
    run: async (signal) => {
      while (!signal.aborted) {
        const { ended, lastedMs } = await serve(signal);
        if (signal.aborted) return;
        trouble = ended.message;
        say(isRefusal(ended) ? 'refused' : 'away', ended.message, '; it is tried again');
        if (lastedMs >= goodMs) backOff.reset();
        await sleep(backOff.next(), undefined, { signal }).catch(() => undefined);
      }
    },
  };
}

/** Resolves once the signal came and the connection is ended. */
async function farewell(session: Session, members: readonly Member[], signal: AbortSignal): Promise<BrokerError> {
  await new Promise<void>((resolve) => {
    const stop = (): void => {
      signal.removeEventListener('abort', stop);
      resolve();
    };
    signal.addEventListener('abort', stop);
    void session.over.then(stop);
    if (signal.aborted) stop();
  });
  if (session.isOver()) return session.over;
  try {
    const said = Promise.all(members.map((member) => member.lastWords?.()));
    await Promise.race([said, late()]);
    await session.end();
  } catch {
    session.drop();
  }
  return session.over;
}

/** Resolves only if the work fails while the connection is there. */
async function failureOf(member: Member, session: Session): Promise<BrokerError> {
  try {
    await member.onUp?.(session);
  } catch (error) {
    if (!session.isOver()) return error instanceof BrokerError ? error : new BrokerError(messageOf(error), noCure);
  }
  return new Promise(() => undefined);
}

async function late(): Promise<never> {
  await sleep(lastWordsMs, undefined, { ref: false });
  throw new Error('late');
}

const noCure = { cure: '' };
