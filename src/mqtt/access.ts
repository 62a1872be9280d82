import { readFile } from 'node:fs/promises';
import type { MqttSettings } from '../config/settings.ts';
import { clean } from '../core/words/text.ts';
import { BrokerError } from '../errors.ts';
import { codeOf } from '../system/errno.ts';

/** Where a broker is and how one gets in. Holds the password: never shown. */
export interface Access {
  readonly protocol: 'mqtt' | 'mqtts';
  readonly host: string;
  readonly port: number;
  readonly username?: string;
  readonly password?: string;
  readonly ca?: Buffer;
}

/** Reads password and certificate anew each time: they may have been renewed. @throws BrokerError, at the file. */
export async function accessTo(settings: MqttSettings): Promise<Access> {
  const { protocol, hostname, port, password } = new URL(settings.url);
  const isSafe = protocol === 'mqtts:';
  const user = userOf(settings);
  const secret =
    password === '' ? (settings.password ?? (await secretIn(settings.passwordFile))) : decodeURIComponent(password);
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

/** The URL's, else the settings'. */
export function userOf({ url, user }: MqttSettings): string | null {
  const { username } = new URL(url);
  return username === '' ? user : decodeURIComponent(username);
}

/** The broker for people: neither user nor password, nor anything else that a URL can hold. */
export function shownAddress(url: string): string {
  const { protocol, host } = new URL(url);
  return clean(`${protocol}//${host}`);
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
