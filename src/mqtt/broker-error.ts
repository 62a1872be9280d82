import { clean } from '../core/words/text.ts';
import { BrokerError } from '../errors.ts';
import { shownAddress } from './access.ts';
import { codeOf } from '../system/errno.ts';

/** Return codes of CONNACK for refused credentials (MQTT 3.1.1, 3.2.2.3). */
const refusals: ReadonlySet<unknown> = new Set([2, 4, 5]);

const words: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection lost',
  EPIPE: 'connection lost',
  ENOTFOUND: 'no such host',
  EAI_AGAIN: 'its name cannot be looked up now',
  ETIMEDOUT: 'no answer',
  EHOSTUNREACH: 'no way to that host',
  ENETUNREACH: 'no network',
};

export function lost(): Error {
  return new Error('connection lost');
}

/** Returns a failure in words of this program: those of the library may hold anything. */
export function asBrokerError(error: unknown, url: string): BrokerError {
  if (error instanceof BrokerError) return error;
  const where = shownAddress(url);
  const reason = reasonOf(error);
  if (isUntrusted(error)) {
    return new BrokerError('the certificate of the MQTT broker is not trusted', {
      where,
      cure: 'name the authority that signed it in mqtt.ca_file',
      cause: error,
    });
  }
  return isRefusal(error)
    ? new BrokerError(`the MQTT broker refuses the connection: ${reason}`, {
        where,
        cure: 'check the user (mqtt.user) and the password (mqtt.password_file)',
        cause: error,
      })
    : new BrokerError(`the MQTT broker cannot be reached: ${reason}`, {
        where,
        cure: 'start it, or correct mqtt.url or AGENT_SESSIONS_MQTT_URL',
        cause: error,
      });
}

/** Decides whether the error is about a certificate: that of the broker, or the authority's file. */
function isUntrusted(error: unknown): boolean {
  const code = codeOf(error);
  return /^(DEPTH_ZERO_)?SELF_SIGNED|^UNABLE_TO_|CERT_|^ERR_TLS_|^ERR_OSSL_/.test(code);
}

/** Decides whether the broker refused the credentials. */
export function isRefusal(error: unknown): boolean {
  if (error instanceof BrokerError) return isRefusal(error.cause);
  return error instanceof Error && 'code' in error && refusals.has(error.code);
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  if (error.name === 'TimeoutError') return 'no answer in time';
  const code = codeOf(error);
  if (code !== '') return words[code] ?? clean(code);
  const text = clean(error.message.replace(/^Connection refused: /, '')).slice(0, 100);
  return text.charAt(0).toLowerCase() + text.slice(1);
}
