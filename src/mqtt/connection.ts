import { randomBytes } from 'node:crypto';
import type { IClientOptions, MqttClient } from 'mqtt';
import type { MqttSettings } from '../config/settings.ts';
import { BrokerError } from '../errors.ts';
import { accessTo } from './access.ts';
import { asBrokerError, lost } from './broker-error.ts';

export interface Message {
  readonly topic: string;
  /** Empty and retained: takes the topic's message away. */
  readonly payload: string;
  readonly retain: boolean;
}

export interface Incoming {
  readonly topic: string;
  readonly payload: Buffer;
  /** Said before we listened. */
  readonly retained: boolean;
}

/** One connection to the broker, from its greeting to its end. */
export interface Connection {
  /** Resolves once the broker has it, QoS 1. @throws BrokerError: it may or may not have arrived. */
  publish(message: Message): Promise<void>;
  /** @throws BrokerError also where the broker refuses one of the topics; the connection then stays. */
  subscribe(topics: readonly string[]): Promise<void>;
  /** Resolves with why it ended. */
  readonly over: Promise<BrokerError>;
  isOver(): boolean;
  /** In order: no last will. */
  end(): Promise<void>;
  /** At once: the broker says the last will. */
  drop(): void;
}

export interface ConnectionOptions {
  /** Of its own for each process; the same on each of its connections, so that the broker ends a lost one. */
  readonly clientId: string;
  /** What the broker says for us if the connection is lost. */
  readonly will?: Message;
  readonly onMessage: (message: Incoming) => void;
  /** How long the broker may take to greet; ms. */
  readonly connectMs?: number;
}

const connectMs = 5_000;
/** Whoever takes longer to confirm is as good as gone; ms. */
const answerMs = 10_000;
const endMs = 1_000;
/** The broker misses a host whose network is cut after 1.5 times as long; s. */
const keepAliveSeconds = 30;

export function newClientId(): string {
  return `asm${randomBytes(8).toString('hex')}`;
}

/** One attempt to connect. @throws BrokerError */
export async function openConnection(
  settings: MqttSettings,
  options: ConnectionOptions,
  signal: AbortSignal,
): Promise<Connection> {
  const { url } = settings;
  try {
    const client = await connected(await clientOptions(settings, options), options.onMessage, signal);
    return connectionOf(client, url);
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
    // Its own way back has a constant pause; ours is in `broker.ts`.
    reconnectPeriod: 0,
    resubscribe: false,
    queueQoSZero: false,
    connectTimeout: options.connectMs ?? connectMs,
    // What it would write for `DEBUG=mqttjs*` names the user.
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
  // Its codec writes what it sends to stderr where `DEBUG` says so: the password too.
  delete process.env['DEBUG'];
  // Loaded late: who has no broker does not pay for it.
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
    // Stays for as long as the client lives: one that nobody hears ends the process.
    client.on('error', fail);
    client.once('close', () => fail(lost()));
    client.once('connect', () => {
      signal.removeEventListener('abort', stop);
      resolve(client);
    });
  });
}

function connectionOf(client: MqttClient, url: string): Connection {
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

  /** The library calls back late or, without a connection, never. */
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
    // QoS 0: of retained messages with receipts Mosquitto sends the first 1,020 and drops the rest.
    subscribe: (topics) => answered((done) => client.subscribe([...topics], { qos: 0 }, (error) => done(error))),
    over: ended,
    isOver: () => over.signal.aborted,
    end: async () => {
      await answered((done) => client.end(false, {}, done), endMs).catch(() => undefined);
      fail(lost());
    },
    drop: () => fail(lost()),
  };
}
