import type { MqttSettings, Settings } from '../config/settings.ts';
import type { JobMessage } from '../jobs/message.ts';
import { messageOf } from '../system/errno.ts';
import { asBrokerError } from './broker-error.ts';
import { newClientId, openConnection, type Message } from './connection.ts';
import { encodeLevel } from './topics.ts';

/** Publishes the last event of a job. A failure goes to `notice` and undoes nothing. */
export async function publishJob(
  { jobs }: Settings,
  mqtt: MqttSettings,
  message: JobMessage,
  notice: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const topic = jobs.map.topic.replace('{id}', () => encodeLevel(message.id));
  try {
    await publishOnce(mqtt, { topic, payload: JSON.stringify(message), retain: false }, signal);
  } catch (error) {
    notice(`the broker was not told of job ${message.id}: ${messageOf(error)}`);
  }
}

/** How long all of it may take: the look-up of the name, the connection, the message and its receipt; ms. */
const usualDeadlineMs = 3_000;

/**
 * Connects, publishes one message, and ends the connection.
 * @param deadlineMs how long all of it may take; ms
 * @throws BrokerError without user or password in its text, by the deadline; the message may have arrived all the same
 */
export async function publishOnce(
  settings: MqttSettings,
  message: Message,
  signal: AbortSignal,
  deadlineMs = usualDeadlineMs,
): Promise<void> {
  const whole = AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)]);
  // The deadline ends the attempt first.
  const options = { clientId: newClientId(), onMessage: () => undefined, connectMs: deadlineMs + 2_000 };
  const connection = await openConnection(settings, options, whole);
  const late = new Promise<never>((_, reject) => {
    whole.addEventListener('abort', () => reject(asBrokerError(whole.reason, settings.url)), { once: true });
  });
  try {
    await Promise.race([connection.publish(message), late]);
  } finally {
    void connection.end();
  }
}
