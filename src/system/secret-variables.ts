/** The address of the broker, which may hold a password. */
export const brokerUrlVariable = 'AGENT_SESSIONS_MQTT_URL';
export const brokerPasswordVariable = 'AGENT_SESSIONS_MQTT_PASSWORD';

/** This program's own variables that may hold a secret. */
const secretVariables: readonly string[] = [brokerUrlVariable, brokerPasswordVariable];

/**
 * Copies an environment for a child that is another program. A child that is this program itself keeps the secrets: it
 * may need the broker too.
 */
export function withoutSecrets(env: Readonly<Record<string, string | undefined>>): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !secretVariables.includes(name)));
}
