import { hostname } from 'node:os';
import { makeBroker } from './broker.ts';
import { hostTopics } from './topics.ts';
import type { MqttSettings, Settings } from '../config/settings.ts';
import { makeMqttReader } from './mqtt-reader.ts';
import { brokerTrigger } from './broker-trigger.ts';
import type { Trigger } from '../trigger/trigger.ts';
import { eventMessages, hostLook } from './host-messages.ts';
import type { Log } from '../log/log.ts';
import type { PassResult } from '../pass/pass.ts';

/** What a monitor has on the broker: hints come from there, and what it sees goes there. A pass waits for nothing of it. */
export interface Push {
  readonly trigger: Trigger;
  look(result: PassResult): void;
  /** The log may have grown. */
  wake(): void;
  /** The last events, `online: false`, an orderly end; 3 s at most. */
  close(): Promise<void>;
}

/** Connects in the background. The events of the run count from here on. */
export async function startPush(options: {
  readonly mqtt: MqttSettings;
  readonly settings: Settings;
  readonly log: Log;
  /** ms since 1970. */
  readonly now: () => number;
  readonly version: string;
  readonly notice: (line: string) => void;
}): Promise<Push> {
  const { mqtt, settings, log, now, version, notice } = options;
  const topics = hostTopics(mqtt.prefix, hostname());
  const reader = makeMqttReader({ log, topics, version, now, describe: eventMessages, notice });
  const broker = makeBroker({ settings: mqtt, will: reader.will, notice });
  const trigger = brokerTrigger(broker, { mqtt, settings, notice });
  broker.join(reader.member);
  await reader.begin();
  const over = new AbortController();
  const running = broker.run(over.signal);
  return {
    trigger,
    look: (result) => reader.look(hostLook(result)),
    wake: reader.wake,
    close: async () => {
      over.abort();
      await running;
    },
  };
}
