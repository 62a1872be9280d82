import { hostname } from 'node:os';
import type { MqttSettings, Settings } from '../config/settings.ts';
import type { Log } from '../log/log.ts';
import type { PassResult } from '../pass/pass.ts';
import { Broker } from './broker.ts';
import { brokerTrigger } from './broker-trigger.ts';
import { eventMessages, hostLook } from './host-messages.ts';
import { HostReader } from './host-reader.ts';
import { hostTopics } from './topics.ts';

export interface PushOptions {
  readonly mqtt: MqttSettings;
  readonly settings: Settings;
  readonly log: Log;
  /** ms since 1970. */
  readonly now: () => number;
  readonly version: string;
  readonly notice: (line: string) => void;
}

/**
 * Connects a monitor to the broker, in the background: hints come from the broker, and the monitor's results go there.
 * The run's events count from now on.
 */
export async function startPush({ mqtt, settings, log, now, version, notice }: PushOptions) {
  const topics = hostTopics(mqtt.prefix, hostname());
  const reader = new HostReader({ log, topics, version, now, describe: eventMessages, notice });
  const broker = new Broker({ settings: mqtt, will: reader.will, notice });
  const trigger = brokerTrigger(broker, { mqtt, settings, notice });
  broker.join(reader);
  await reader.begin();
  const over = new AbortController();
  const running = broker.run(over.signal);
  return {
    trigger,
    look: (result: PassResult): void => reader.look(hostLook(result)),
    wake: (): void => reader.wake(),
    /** Sends the last events and `online: false`, and ends in order, within 3 s. */
    close: async (): Promise<void> => {
      over.abort();
      await running;
    },
  };
}
