import { BrokerError } from '../errors.ts';
import type { Settings } from '../config/settings.ts';
import { bad, good, type Finding } from '../system/finding.ts';

/** Checks whether the MQTT broker accepts a connection. It publishes nothing. */
export async function checkBroker({ mqtt }: Settings, signal: AbortSignal): Promise<Finding> {
  if (mqtt === null) return good('mqtt', 'MQTT: off, no broker is configured');
  const { newClientId, openConnection } = await import('./connection.ts');
  const { shownAddress, userOf } = await import('./access.ts');
  const user = userOf(mqtt);
  const as = `MQTT: ${shownAddress(mqtt.url)} ${user === null ? 'without' : 'with'} a user`;
  try {
    const connection = await openConnection(mqtt, { clientId: newClientId(), onMessage: () => undefined }, signal);
    await connection.end();
    return good('mqtt', `${as}: connected`);
  } catch (error) {
    if (!(error instanceof BrokerError)) throw error;
    return bad('mqtt', `${as}: ${error.message}`, error.cure);
  }
}
