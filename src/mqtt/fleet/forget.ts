import { makeFleetView, type FleetHost } from './fleet-view.ts';
import { newClientId, openConnection, type Incoming } from '../connection.ts';
import { hostOfTopic, hostTopics } from '../topics.ts';
import type { MqttSettings } from '../../config/settings.ts';
import { clean } from '../../core/words/text.ts';
import { UsageError } from '../../errors.ts';
import { unknownName } from '../../system/unknown-name.ts';
import { waitForRetained } from './listen.ts';

export interface Forgotten {
  /** How many retained topics were removed. */
  readonly topics: number;
  /** The hosts that are left. */
  readonly hosts: readonly FleetHost[];
}

/**
 * Removes every retained topic of a host from the broker: its state and its sessions, also those of another version.
 * @throws UsageError for an unknown host, or one whose monitor publishes it again; BrokerError
 */
export async function forgetHost(mqtt: MqttSettings, host: string, signal: AbortSignal): Promise<Forgotten> {
  const view = makeFleetView(mqtt.prefix);
  const held = new Map<string, string>();
  const onMessage = (message: Incoming): void => {
    view.take(message);
    const whose = hostOfTopic(mqtt.prefix, message.topic);
    if (whose === null) return;
    if (message.payload.length === 0) held.delete(message.topic);
    else held.set(message.topic, whose);
  };
  const connection = await openConnection(mqtt, { clientId: newClientId(), onMessage }, signal);
  try {
    await connection.subscribe(view.topics);
    await waitForRetained(connection, signal);
    const topics = [...held].flatMap(([topic, whose]) => (whose === host ? [topic] : []));
    if (topics.length === 0) {
      throw unknownName('host', host, [...held.values()], '`asm fleet` shows the hosts there are');
    }
    for (const topic of topics) await connection.publish({ topic, payload: '', retain: true });
    // A living monitor publishes its topics again at once.
    await waitForRetained(connection, signal);
    if (held.has(hostTopics(mqtt.prefix, host).state)) throw lives(host);
    return { topics: topics.length, hosts: view.hosts() };
  } finally {
    await connection.end();
  }
}

function lives(host: string): UsageError {
  return new UsageError(`a monitor watches ${clean(host)}, and has put it there again`, {
    cure: 'end that monitor first (`asm comment "stop monitoring"` on that host), then forget it',
  });
}
