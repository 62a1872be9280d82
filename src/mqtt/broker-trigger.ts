import { Broker } from './broker.ts';
import { makeCountedNotice } from './counted-notice.ts';
import { faultOf } from './hint-payload.ts';
import type { MqttSettings, Settings } from '../config/settings.ts';
import type { Hint, Trigger } from '../trigger/trigger.ts';

/** The gap between two hints during a flood of messages, unless the caller says otherwise; ms. */
const usualGapMs = 250;

interface BrokerTriggerOptions {
  readonly mqtt: MqttSettings;
  readonly settings: Settings;
  readonly notice: (line: string) => void;
  /** The gap between two hints during a flood of messages; ms. */
  readonly gapMs?: number;
  /** How long it gathers messages that are dropped before it tells the first ones; ms. */
  readonly togetherMs?: number;
}

/** Makes a trigger with a connection of its own, for a process that only listens. */
export function startBrokerTrigger(options: BrokerTriggerOptions): Trigger {
  const broker = new Broker({ settings: options.mqtt, notice: options.notice });
  const trigger = brokerTrigger(broker, options);
  return {
    ...trigger,
    start: (hint, signal) => {
      trigger.start(hint, signal);
      void broker.run(signal);
    },
  };
}

/**
 * Makes the broker's trigger. Every message that arrives means "look again", and its content is not used. A retained
 * message is old news.
 */
export function brokerTrigger(broker: Broker, options: BrokerTriggerOptions): Trigger {
  const { mqtt, settings, notice, gapMs = usualGapMs, togetherMs } = options;
  const sessionField = settings.jobs.map.fields.session ?? 'session';
  const dropped = makeCountedNotice(notice, (count) => `MQTT broker: dropped ${count}`, togetherMs);
  let hint: Hint = () => undefined;
  broker.join({
    topics: mqtt.topics,
    onMessage: ({ payload, retained }) => {
      if (retained) return;
      const fault = faultOf(payload, sessionField);
      if (fault === null) hint();
      else dropped.add(fault);
    },
  });
  return {
    name: 'MQTT',
    start: (wanted, signal) => {
      hint = spaced(wanted, signal, gapMs);
      signal.addEventListener('abort', dropped.flush, { once: true });
    },
    state: () => {
      const trouble = broker.trouble;
      return trouble === null ? { on: true } : { on: false, because: trouble };
    },
  };
}

/** Spaces hints: the first goes through at once; later ones within the gap become one at its end. */
function spaced(hint: Hint, signal: AbortSignal, gapMs: number): Hint {
  let isWaiting = false;
  let again = false;
  const give = (): void => {
    if (signal.aborted) return;
    isWaiting = true;
    again = false;
    hint();
    setTimeout(() => {
      isWaiting = false;
      if (again) give();
    }, gapMs).unref();
  };
  return () => {
    if (isWaiting) again = true;
    else give();
  };
}
