import type { MqttSettings } from '../config/settings.ts';
import { newClientId, openSession, type Message } from './session.ts';
import { asBrokerError } from './trouble.ts';

/** All of it: the look-up of the name, the greeting, the message and its receipt; ms. */
const deadlineMs = 3_000;

/**
 * Connects, publishes, ends.
 * @throws BrokerError without user or password in its text, after 3 s at most; the message may have arrived all the same
 */
export async function publishOnce(settings: MqttSettings, message: Message, signal: AbortSignal): Promise<void> {
  const whole = AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)]);
  const session = await openSession(settings, { clientId: newClientId(), onMessage: () => undefined }, whole);
  const late = new Promise<never>((_, reject) => {
    whole.addEventListener('abort', () => reject(asBrokerError(whole.reason, settings.url)), { once: true });
  });
  try {
    await Promise.race([session.publish(message), late]);
  } finally {
    void session.end();
  }
}
