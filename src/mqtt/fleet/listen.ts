import { Broker } from '../broker.ts';
import { makeCountedNotice } from '../counted-notice.ts';
import { makeFleetView, type FleetHost, type FleetView } from './fleet-view.ts';
import { newClientId, openConnection, type Connection, type Incoming } from '../connection.ts';
import type { MqttSettings } from '../../config/settings.ts';
import { pause } from '../../system/pause.ts';

/** Retained messages come at once; ms. */
const listenMs = 1_000;
/** A broker that takes longer for an answer has told what it tells; ms. */
const catchUpMs = 3_000;
/** How often new messages are shown; ms. */
const drawMs = 500;

/**
 * Returns all hosts after a second.
 * @throws BrokerError
 */
export async function listenOnce(
  mqtt: MqttSettings,
  notice: (line: string) => void,
  signal: AbortSignal,
): Promise<readonly FleetHost[]> {
  const view = makeFleetView(mqtt.prefix);
  const ignored = ignoredNotice(notice);
  const onMessage = (message: Incoming): void => take(view, message, ignored);
  const connection = await openConnection(mqtt, { clientId: newClientId(), onMessage }, signal);
  try {
    await connection.subscribe(view.topics);
    await waitForRetained(connection, signal);
  } finally {
    await connection.end();
  }
  ignored.flush();
  return view.hosts();
}

/**
 * Waits until all retained messages have come; on abort no longer.
 * @throws BrokerError if the connection ends meanwhile
 */
export async function waitForRetained(connection: Connection, signal: AbortSignal): Promise<void> {
  await Promise.race([listened(connection, signal), connection.over]);
  if (connection.isOver()) throw await connection.over;
}

async function listened(connection: Connection, signal: AbortSignal): Promise<void> {
  if (!(await pause(listenMs, signal))) return;
  // Where this process was held up, messages may still wait in its socket.
  await Promise.race([connection.catchUp(), pause(catchUpMs, signal)]);
}

/** Yields all hosts again and again. While the broker is away, which `notice` is told, they stay as they were. */
export async function* listenOn(
  mqtt: MqttSettings,
  first: readonly FleetHost[],
  notice: (line: string) => void,
  signal: AbortSignal,
): AsyncIterable<readonly FleetHost[]> {
  let hostsNow = (): readonly FleetHost[] => first;
  let next = makeFleetView(mqtt.prefix);
  const ignored = ignoredNotice(notice);
  const broker = new Broker({ settings: mqtt, notice });
  broker.join({
    topics: next.topics,
    onMessage: (message) => take(next, message, ignored),
    onUp: async (connection) => {
      // Retained messages come again. Messages that were removed meanwhile do not, so the view begins anew.
      await listened(connection, signal);
      if (!signal.aborted && !connection.isOver()) hostsNow = next.hosts;
      await connection.over;
      next = makeFleetView(mqtt.prefix);
    },
  });
  void broker.run(signal);
  while (await pause(drawMs, signal)) yield hostsNow();
}

/** What a broker tells of all hosts. */
export interface FleetTold {
  readonly hosts: readonly FleetHost[];
  /** Why the broker tells nothing now: the hosts are as it last told them; `null`: it tells. */
  readonly trouble: string | null;
}

/** Hands on what the broker tells, whenever that changes, until the signal aborts. It never throws. */
export function followFleet(mqtt: MqttSettings, told: (fleet: FleetTold) => void, signal: AbortSignal): void {
  let hosts: readonly FleetHost[] = [];
  let view: FleetView | null = null;
  let next = makeFleetView(mqtt.prefix);
  let timer: NodeJS.Timeout | undefined;
  const tell = (): void => {
    timer = undefined;
    if (signal.aborted) return;
    hosts = view?.hosts() ?? hosts;
    told({ hosts, trouble: broker.trouble });
  };
  const broker = new Broker({ settings: mqtt, notice: tell });
  broker.join({
    topics: next.topics,
    onMessage: (message) => {
      if (next.take(message) && view !== null) timer ??= setTimeout(tell, drawMs).unref();
    },
    onUp: async (connection) => {
      // Retained messages come again. Messages that were removed meanwhile do not, so the view begins anew.
      await listened(connection, signal);
      if (signal.aborted) return;
      view = connection.isOver() ? null : next;
      tell();
      await connection.over;
      view = null;
      next = makeFleetView(mqtt.prefix);
    },
  });
  void broker.run(signal);
}

function take(view: FleetView, message: Incoming, ignored: ReturnType<typeof ignoredNotice>): void {
  if (!view.take(message)) ignored.add('not of our schema');
}

function ignoredNotice(notice: (line: string) => void) {
  return makeCountedNotice(notice, (count) => `MQTT broker: ignored ${count}`);
}
