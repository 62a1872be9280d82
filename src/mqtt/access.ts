import { readFile } from 'node:fs/promises';
import type { MqttSettings } from '../config/settings.ts';
import { clean } from '../core/words/text.ts';
import { BrokerError } from '../errors.ts';
import { codeOf } from '../system/errno.ts';

/** The address and the credentials of a broker. It holds the password: never show it. */
export interface Access {
  readonly protocol: 'mqtt' | 'mqtts';
  readonly host: string;
  readonly port: number;
  readonly username?: string;
  readonly password?: string;
  readonly ca?: Buffer;
}

/**
 * Reads password and certificate anew each time, because they may have been renewed.
 * @throws BrokerError that names the file; for a password without a user
 */
export async function accessTo(settings: MqttSettings): Promise<Access> {
  const { protocol, hostname, port, password } = new URL(settings.url);
  const isSafe = protocol === 'mqtts:';
  const user = userOf(settings);
  const secret =
    password === '' ? (settings.password ?? (await secretIn(settings.passwordFile))) : decodeURIComponent(password);
  if (secret !== null && user === null) throw noUser(settings.url);
  const { caFile } = settings;
  return {
    protocol: isSafe ? 'mqtts' : 'mqtt',
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (isSafe ? 8883 : 1883) : Number(port),
    ...(user === null ? {} : { username: user }),
    ...(secret === null ? {} : { password: secret }),
    ...(caFile === null || !isSafe
      ? {}
      : { ca: await read(caFile, 'the certificate of the authority', 'mqtt.ca_file') }),
  };
}

/** Returns the URL's user, else the settings'. */
export function userOf({ url, user }: MqttSettings): string | null {
  const { username } = new URL(url);
  return username === '' ? user : decodeURIComponent(username);
}

/** Returns the broker's address for people: without user and password, and without anything else that a URL can hold. */
export function shownAddress(url: string): string {
  const { protocol, host } = new URL(url);
  return clean(`${protocol}//${host}`);
}

/**
 * Returns the error for a password without a user: MQTT 3.1.1 does not allow it, and the broker would cut the
 * connection without a reason.
 */
function noUser(url: string): BrokerError {
  return new BrokerError('the MQTT broker has a password without a user', {
    where: shownAddress(url),
    cure: 'name the user in mqtt.user, AGENT_SESSIONS_MQTT_USER or the URL',
  });
}

async function secretIn(file: string | null): Promise<string | null> {
  if (file === null) return null;
  return (await read(file, 'the file with the password', 'mqtt.password_file')).toString().replace(/\r?\n$/, '');
}

async function read(file: string, what: string, key: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (cause) {
    const code = codeOf(cause) || 'unknown';
    const cure = `make it readable, or correct ${key} in the config`;
    throw new BrokerError(`${what} cannot be read (${code})`, { where: clean(file), cure, cause });
  }
}
