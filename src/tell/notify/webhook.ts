import { createHmac } from 'node:crypto';
import { good } from '../../system/finding.ts';
import { chatFormats } from './chat-formats.ts';
import { addressOf, addressParts, postJson } from './http-post.ts';
import { SendError, type Notifier, type NotifierWorld, type SettingsOf } from './notifier.ts';
import { examineParts, readSecret } from './secret-file.ts';

const ofKey = 'the file of the key';

/** Posts the notice as JSON, or in the words of a chat's incoming webhook. */
export function webhook(settings: SettingsOf<'webhook'>, { now }: NotifierWorld): Notifier {
  const { url, urlFile, tokenFile, secretFile, format } = settings;
  return {
    send: async (notice, signal) => {
      const address = addressOf({ url, urlFile, tokenFile });
      const body = JSON.stringify(format === 'json' ? notice : chatFormats[format](notice));
      const headers = secretFile === null ? {} : signed(notice.id, body, readSecret(secretFile, ofKey), now());
      return postJson(address, body, { 'idempotency-key': notice.id, ...headers }, signal);
    },
    examine: () => [
      good('notifier', `a webhook in the format ${format}; its address is not shown`),
      ...examineParts([
        ...addressParts(settings),
        { path: secretFile, what: ofKey, prepare: () => secretFile !== null && keyOf(readSecret(secretFile, ofKey)) },
      ]),
    ],
  };
}

/**
 * Signs the exact body by the Standard Webhooks specification, for which receivers find libraries: HMAC-SHA256 over
 * `<id>.<seconds since 1970>.<body>`. A key that begins with `whsec_` is Base64 after that; any other is its own bytes.
 * @param now ms since 1970
 * @throws SendError
 */
export function signed(id: string, body: string, secret: string, now: number): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(now / 1_000));
  const digest = createHmac('sha256', keyOf(secret)).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${digest}` };
}

/** @throws SendError */
function keyOf(secret: string): Buffer {
  const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice('whsec_'.length), 'base64') : Buffer.from(secret);
  if (key.length === 0) throw new SendError(`${ofKey} holds no Base64 after whsec_`);
  return key;
}
