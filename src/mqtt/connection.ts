import { randomBytes } from 'node:crypto';
import type { IClientOptions, MqttClient } from 'mqtt';
import type { MqttSettings } from '../config/settings.ts';
import { BrokerError } from '../errors.ts';
import { accessTo } from './access.ts';
import { asBrokerError, lost } from './broker-error.ts';

export interface Message {
  readonly topic: string;
  /** The content; an empty retained message removes the topic's message. */
  readonly payload: string;
  readonly retain: boolean;
}

export interface Incoming {
  readonly topic: string;
  readonly payload: Buffer;
  /** The message was retained from before. */
  readonly retained: boolean;
}

/** One connection to the broker, from its greeting to its end. */
export interface Connection {
  /**
   * Publishes with QoS 1; resolves once the broker has the message.
   * @throws BrokerError: it may or may not have arrived
   */
  publish(message: Message): Promise<void>;
  /**
   * Subscribes to topics.
   * @throws BrokerError also if the broker refuses one of the topics; the connection then stays
   */
  subscribe(topics: readonly string[]): Promise<void>;
  /**
   * Asks the broker for something that costs nothing. It resolves once all that the broker sent before its answer has
   * been taken, and never where none comes.
   */
  catchUp(): Promise<void>;
  /** Resolves with the reason when the connection ends. */
  readonly over: Promise<BrokerError>;
  isOver(): boolean;
  /** Ends the connection in order, without a last will. */
  end(): Promise<void>;
  /** Cuts the connection: the broker publishes the last will. */
  drop(): void;
}

export interface ConnectionOptions {
  /**
   * The client id: one for each process, and the same on each of its connections, so that the broker ends a lost one.
   */
  readonly clientId: string;
  /** The message that the broker publishes if the connection is lost. */
  readonly will?: Message;
  readonly onMessage: (message: Incoming) => void;
  /** How long the broker may take for its first answer; ms. */
  readonly connectMs?: number;
  /** How long an end in order may take; ms. */
  readonly endMs?: number;
}

const connectMs = 5_000;
/** A broker that takes longer to confirm counts as gone; ms. */
const answerMs = 10_000;
const endMs = 1_000;
/** The broker notices a cut network after 1.5 times as long; s. */
const keepAliveSeconds = 30;

/** A topic that no connection subscribes to. */
const unheard = 'agent-sessions-monitor/unheard';

export function newClientId(): string {
  return `asm${randomBytes(8).toString('hex')}`;
}

/**
 * Tries once to connect.
 * @throws BrokerError
 */
export async function openConnection(
  settings: MqttSettings,
  options: ConnectionOptions,
  signal: AbortSignal,
): Promise<Connection> {
  const { url } = settings;
  try {
    const client = await connected(await clientOptions(settings, options), options.onMessage, signal);
    return connectionOf(client, url, options.endMs ?? endMs);
  } catch (error) {
    throw asBrokerError(error, url);
  }
}

async function clientOptions(settings: MqttSettings, options: ConnectionOptions): Promise<IClientOptions> {
  const { clientId, will } = options;
  return {
    ...(await accessTo(settings)),
    clientId,
    keepalive: keepAliveSeconds,
    // The library's own retry has a constant pause; `broker.ts` retries with growing pauses.
    reconnectPeriod: 0,
    resubscribe: false,
    queueQoSZero: false,
    connectTimeout: options.connectMs ?? connectMs,
    // Its lines for `DEBUG=mqttjs*` would name the user.
    log: () => undefined,
    ...(will === undefined ? {} : { will: { ...will, payload: Buffer.from(will.payload), qos: 1 } }),
  };
}

async function connected(
  options: IClientOptions,
  onMessage: ConnectionOptions['onMessage'],
  signal: AbortSignal,
): Promise<MqttClient> {
  signal.throwIfAborted();
  // With `DEBUG` set its codec writes what it sends to stderr, the password too.
  delete process.env['DEBUG'];
  // Loaded late, so that a process without a broker does not load it.
  const { connect } = await import('mqtt');
  const client = connect(options);
  client.on('message', (topic, payload, { retain }) => onMessage({ topic, payload, retained: retain }));
  return new Promise((resolve, reject) => {
    const fail = (error: unknown): void => {
      signal.removeEventListener('abort', stop);
      client.end(true);
      reject(error instanceof Error ? error : new Error('aborted'));
    };
    const stop = (): void => fail(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    // The listener stays as long as the client lives: an error without a listener ends the process.
    client.on('error', fail);
    client.once('close', () => fail(lost()));
    client.once('connect', () => {
      signal.removeEventListener('abort', stop);
      resolve(client);
    });
  });
}

function connectionOf(client: MqttClient, url: string, endWithinMs: number): Connection {
  const over = new AbortController();
  const fail = (error: unknown): void => {
    if (over.signal.aborted) return;
    over.abort(asBrokerError(error, url));
    client.end(true);
  };
  client.on('error', fail);
  client.on('close', () => fail(lost()));
  const ended = new Promise<BrokerError>((resolve) => {
    over.signal.addEventListener('abort', () => resolve(asBrokerError(over.signal.reason, url)), { once: true });
  });
  if (!client.connected) fail(lost());

  /** Waits for an answer of the library, which calls back late or, without a connection, never. */
  function answered(ask: (done: (error?: Error | null) => void) => void, ms = answerMs): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (error?: unknown): void => {
        clearTimeout(timer);
        over.signal.removeEventListener('abort', stop);
        if (error) reject(asBrokerError(error, url));
        else resolve();
      };
      const stop = (): void => settle(over.signal.reason);
      const timer = setTimeout(() => {
        fail(new Error(`no answer in ${ms / 1000} s`));
        stop();
      }, ms);
      over.signal.addEventListener('abort', stop, { once: true });
      if (over.signal.aborted) stop();
      else ask(settle);
    });
  }

  return {
    publish: ({ topic, payload, retain }) =>
      answered((done) => client.publish(topic, payload, { qos: 1, retain }, (error) => done(error))),
    // QoS 0, because Mosquitto sends only the first 1,020 retained messages with receipts.
    subscribe: (topics) => answered((done) => client.subscribe([...topics], { qos: 0 }, (error) => done(error))),
    // The library does not tell when a ping is answered.
    catchUp: () => new Promise((resolve) => client.unsubscribe(unheard, () => resolve())),
    over: ended,
    isOver: () => over.signal.aborted,
    end: async () => {
      await answered((done) => client.end(false, {}, done), endWithinMs).catch(() => undefined);
      fail(lost());
    },
    drop: () => fail(lost()),
  };
}
