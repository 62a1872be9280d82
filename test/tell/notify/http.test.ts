import { createHmac } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ntfy } from '../../../src/tell/notify/ntfy.ts';
import { signed, webhook } from '../../../src/tell/notify/webhook.ts';
import type { Notifier, SettingsOf } from '../../../src/tell/notify/notifier.ts';
import { until } from '../../e2e/private-world.ts';
import { aNotice, at } from './notice-events.ts';
import { Receiver } from './receiver.ts';

const { signal } = new AbortController();
const world = { env: {}, platform: 'linux', hermes: 'hermes', now: () => at } as const;
const notice = aNotice({ title: 'Größe: gone', text: 'one\ntwo' });
let folder: string;
let receiver: Receiver;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'asm-notify-'));
  receiver = await new Receiver().open();
});
afterEach(async () => {
  await receiver.close();
  rmSync(folder, { recursive: true });
});

const common = { name: 'n', on: [], workspaces: null, quietHours: null };

function file(name: string, text: string, mode = 0o600): string {
  const path = join(folder, name);
  writeFileSync(path, text, { mode });
  chmodSync(path, mode);
  return path;
}

/** Returns what lets the deadline of the next send be over. */
function deadlineOfNext(): () => void {
  const deadline = new AbortController();
  vi.spyOn(AbortSignal, 'timeout').mockReturnValueOnce(deadline.signal);
  return () => deadline.abort(new DOMException('over', 'TimeoutError'));
}

function hook(more: Partial<SettingsOf<'webhook'>> = {}) {
  const url = more.urlFile === undefined ? `${receiver.url}/services/T0SECRET` : null;
  const files = { urlFile: null, tokenFile: null, secretFile: null };
  return webhook({ kind: 'webhook', ...common, url, ...files, format: 'json', ...more }, world);
}

function topic(more: Partial<SettingsOf<'ntfy'>> = {}) {
  const url = more.urlFile === undefined ? `${receiver.url}/my%20agents` : null;
  return ntfy({ kind: 'ntfy', ...common, url, urlFile: null, tokenFile: null, ...more });
}

describe('webhook', () => {
  test('posts the notice itself; the signature covers the exact body, the id and the time', async () => {
    const secretFile = file('key', 'a key of my own\n');
    expect(await hook({ secretFile }).send(notice, signal)).toBe('HTTP 200');
    const { headers, body, path } = receiver.received[0] ?? expect.fail('nothing was received');
    expect(JSON.parse(body)).toEqual(notice);
    expect(path).toBe('/services/T0SECRET');
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'idempotency-key': notice.id,
      'webhook-id': notice.id,
      'webhook-timestamp': String(at / 1_000),
    });
    const text = `${notice.id}.${at / 1_000}.${body}`;
    const digest = createHmac('sha256', 'a key of my own').update(text).digest('base64');
    expect(headers['webhook-signature']).toBe(`v1,${digest}`);
    expect(headers['authorization']).toBeUndefined();
  });

  test('signs as the example of the Standard Webhooks specification', () => {
    const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
    expect(signed('msg_p5jXN8AQM9LWM0D4loKWxJek', '{"test": 2432232314}', secret, 1_614_265_330_000)).toEqual({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
  });

  test('address and token come from files; a user in the address goes as Basic authorization', async () => {
    const urlFile = file('url', `${receiver.url}/hook\n`);
    await hook({ urlFile, tokenFile: file('token', 'tk_1\n') }).send(notice, signal);
    const withUser = file('other', receiver.url.replace('//', '//me:p%40ss@'));
    await hook({ urlFile: withUser }).send(notice, signal);
    expect(receiver.received.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer tk_1',
      `Basic ${Buffer.from('me:p@ss').toString('base64')}`,
    ]);
  });

  test('a redirect is not followed', async () => {
    receiver.answer = { status: 307, headers: { location: `${receiver.url}/elsewhere` } };
    await expect(hook().send(notice, signal)).rejects.toThrow(
      'the receiver answered 307: the address leads elsewhere, which is not followed',
    );
    expect(receiver.received).toHaveLength(1);
  });

  test('a refusal says why in plain words, and never repeats the address or a token', async () => {
    receiver.answer = { status: 403, body: 'no_service' };
    await expect(hook().send(notice, signal)).rejects.toThrow(/^the receiver answered 403 \(no_service\)$/);
    receiver.answer = { status: 404, body: 'Cannot POST /services/T0SECRET' };
    await expect(hook().send(notice, signal)).rejects.toThrow(/^the receiver answered 404$/);
    receiver.answer = { status: 404, body: 'unknown T0SECRET' };
    await expect(hook().send(notice, signal)).rejects.toThrow(/^the receiver answered 404$/);
    receiver.answer = { status: 401, body: '{"code":40101,"error":"unauthorized","link":"https://ntfy.sh"}' };
    await expect(hook().send(notice, signal)).rejects.toThrow(/^the receiver answered 401 \(unauthorized\)$/);
    receiver.answer = { status: 429, headers: { 'retry-after': '120' } };
    await expect(hook().send(notice, signal)).rejects.toMatchObject({ waitMs: 120_000 });
    await receiver.close();
    await expect(hook().send(notice, signal)).rejects.toThrow(/^the receiver could not be reached \(ECONNREFUSED\)$/);
  });

  test('of a long answer only the beginning is read; a silent receiver is left when the run ends', async () => {
    receiver.answer = { status: 500, body: 'x'.repeat(10_000_000) };
    await expect(hook().send(notice, signal)).rejects.toThrow(/^the receiver answered 500$/);
    receiver.answer = null;
    const over = new AbortController();
    const sending = hook().send(notice, over.signal);
    over.abort();
    await expect(sending).rejects.toThrow('broken off');
  });

  test('a receiver that has answered is believed, though the body never ends', async () => {
    receiver.answer = { status: 200, body: 'x', isOpen: true };
    expect(await hook().send(notice, signal)).toBe('HTTP 200');
    receiver.answer = { status: 503, headers: { 'retry-after': '7' }, body: 'x', isOpen: true };
    const expire = deadlineOfNext();
    const real = fetch;
    vi.spyOn(globalThis, 'fetch').mockImplementationOnce(async (...request) => {
      const response = await real(...request);
      setImmediate(expire);
      return response;
    });
    await expect(hook().send(notice, signal)).rejects.toMatchObject({
      message: 'the receiver answered 503',
      waitMs: 7_000,
    });
  });

  test('a receiver that is silent is given up', async () => {
    receiver.answer = null;
    const expire = deadlineOfNext();
    const sent = expect(hook().send(notice, signal)).rejects.toThrow(/^no answer in 10 s$/);
    await until('the request', () => receiver.received.length === 1);
    expire();
    await sent;
  });

  test.each([
    ['0', null],
    ['-1', null],
    ['soon', null],
    ['99999999', 3_600_000],
    ['Wed, 01 Jul 2026 09:02:00 GMT', 90_000],
    ['Wed, 01 Jul 2026 09:00:00 GMT', null],
  ])('Retry-After: %s', async (wait, waitMs) => {
    const headers = { 'retry-after': wait, date: 'Wed, 01 Jul 2026 09:00:30 GMT' };
    receiver.answer = { status: 429, headers };
    await expect(hook().send(notice, signal)).rejects.toMatchObject({ message: 'the receiver answered 429', waitMs });
  });

  test('an answer that repeats a secret of the address, or the token, is not shown', async () => {
    const address = receiver.url.replace('//', '//thename:thepassword@');
    const urlFile = file('url', `${address}/hook%5Fpath?key=thekey%5F1`);
    const tokenFile = file('token', 'thetoken');
    for (const word of ['thename', 'thepassword', 'hook_path', 'thekey_1', 'thetoken']) {
      receiver.answer = { status: 401, body: `{"error":"bad ${word}"}` };
      await expect(hook({ urlFile, tokenFile }).send(notice, signal)).rejects.toThrow(/^the receiver answered 401$/);
    }
  });

  test('names in a notice reach no header', async () => {
    const evil = 'a\r\nX-Evil: 1\r\n\r\nPOST / HTTP/1.1';
    await hook().send(aNotice({ title: evil, text: evil, host: evil }), signal);
    await topic().send(aNotice({ title: evil, text: evil, host: evil }), signal);
    const usual = 'accept accept-encoding accept-language connection content-length content-type host sec-fetch-mode';
    const names = receiver.received.map(({ headers }) => Object.keys(headers).toSorted().join(' '));
    expect(new Set(names)).toEqual(new Set([`${usual} user-agent idempotency-key`.split(' ').toSorted().join(' ')]));
    expect(receiver.received).toHaveLength(2);
  });

  test('an address that cannot be decoded, and a key without a key, are the user’s to mend', async () => {
    const urlFile = file('url', receiver.url.replace('//', '//me:100%@'));
    await expect(hook({ urlFile }).send(notice, signal)).rejects.toThrow('a % in the address does not begin');
    const secretFile = file('key', 'whsec_');
    await expect(hook({ secretFile }).send(notice, signal)).rejects.toThrow('holds no Base64 after whsec_');
    await expect(topic({ urlFile: file('topic', `${receiver.url}/100%`) }).send(notice, signal)).rejects.toThrow(
      'a % in the address does not begin',
    );
  });

  test('a file that is missing, empty, or no address is named, and its content is not', async () => {
    const missing = join(folder, 'missing');
    await expect(hook({ urlFile: missing }).send(notice, signal)).rejects.toThrow(
      `the file of the address cannot be read (ENOENT): ${missing}`,
    );
    const empty = file('empty', '\n');
    await expect(hook({ secretFile: empty }).send(notice, signal)).rejects.toThrow(
      `the file of the key is empty: ${empty}`,
    );
    await expect(hook({ urlFile: file('text', 'ftp://secret') }).send(notice, signal)).rejects.toThrow(
      /^((?!secret).)*$/,
    );
    const words = file('words', 'two words\nInjected: yes');
    await expect(hook({ tokenFile: words }).send(notice, signal)).rejects.toThrow(
      /^the file of the token holds more than one word$/,
    );
    expect(receiver.received).toEqual([]);
  });

  test('doctor hears of files that are missing or open to others, and of no address', () => {
    expect(hook({ urlFile: file('url', 'https://hooks.test/T0') }).examine()).toEqual([
      { id: 'notifier', ok: true, message: 'a webhook in the format json; its address is not shown', cure: null },
    ]);
    const open = file('open', 'https://hooks.test/T0', 0o644);
    expect(hook({ urlFile: open, format: 'slack', tokenFile: join(folder, 'none') }).examine()).toMatchObject([
      { ok: true, message: 'a webhook in the format slack; its address is not shown' },
      { ok: false, message: `the file of the address is open to others: ${open}`, cure: `chmod 600 ${open}` },
      { ok: false, message: `the file of the token cannot be read (ENOENT): ${join(folder, 'none')}` },
    ]);
  });
});

describe('doctor hears why no notice can be sent, with the cure, and of no secret', () => {
  const cureOf = (path: string) => `correct ${path}; docs/notify.md says what belongs into it`;
  const badOf = (notifier: Notifier) =>
    notifier.examine().flatMap(({ ok, message, cure }) => (ok ? [] : [[message, cure]]));
  const noAddress = 'the address is none that begins with http:// or https://';
  const noTopic = 'the address names no topic: it is https://<server>/<topic>';
  const twoLines = 'https://h.test/T0SECRET\nhttps://h.test/T0SECRET';
  test.each([
    ['an address that is none', 'T0SECRET', noAddress, (urlFile: string) => [hook({ urlFile }), topic({ urlFile })]],
    [
      'another protocol',
      'ftp://h.test/T0SECRET',
      noAddress,
      (urlFile: string) => [hook({ urlFile }), topic({ urlFile })],
    ],
    [
      'two addresses',
      twoLines,
      'the file of the address holds more than one line',
      (urlFile: string) => [hook({ urlFile }), topic({ urlFile })],
    ],
    ['no topic', 'https://me:T0SECRET@h.test/', noTopic, (urlFile: string) => [topic({ urlFile })]],
    [
      'two tokens',
      'T0SECRET\nT0SECRET',
      'the file of the token holds more than one word',
      (tokenFile: string) => [hook({ tokenFile }), topic({ tokenFile })],
    ],
    [
      'a key without a key',
      'whsec_',
      'the file of the key holds no Base64 after whsec_',
      (secretFile: string) => [hook({ secretFile })],
    ],
  ])('%s in a file', async (_, text, message, notifiers) => {
    const path = file('secret', text);
    for (const notifier of notifiers(path)) {
      expect(badOf(notifier)).toEqual([[message, cureOf(path)]]);
      expect(JSON.stringify(notifier.examine())).not.toContain('T0SECRET');
      await expect(notifier.send(notice, signal)).rejects.toThrow(message);
    }
    expect(receiver.received).toEqual([]);
  });

  test('the same of the address in the config, beside what is wrong with the files', () => {
    const tokenFile = file('token', 'two words', 0o644);
    expect(badOf(topic({ url: 'http://h.test/', tokenFile }))).toEqual([
      [noTopic, cureOf('its `url` in the config')],
      ['the file of the token holds more than one word', cureOf(tokenFile)],
      [`the file of the token is open to others: ${tokenFile}`, `chmod 600 ${tokenFile}`],
    ]);
    const undecoded = 'a % in the address does not begin two digits of a hexadecimal number';
    expect(badOf(hook({ url: 'http://me:100%@h.test/' }))).toEqual([[undecoded, cureOf('its `url` in the config')]]);
  });
});

describe('ntfy', () => {
  test('publishes as JSON to the root, with priority and kinds; other letters arrive whole', async () => {
    const tokenFile = file('token', 'tk_1');
    expect(await topic({ tokenFile }).send({ ...notice, urgency: 'high' }, signal)).toBe('HTTP 200');
    expect(receiver.bodies).toEqual([
      { topic: 'my agents', title: 'Größe: gone (lab1)', message: 'one\ntwo', priority: 4, tags: ['session-gone'] },
    ]);
    expect(receiver.received[0]).toMatchObject({ path: '/', headers: { authorization: 'Bearer tk_1' } });
  });

  test('keeps below the length at which ntfy makes an attachment', async () => {
    const text = Array.from({ length: 200 }, (_, index) => `line ${index} ${'ü'.repeat(20)}`).join('\n');
    await topic().send({ ...notice, text }, signal);
    expect(Buffer.byteLength((receiver.bodies[0] as { message: string }).message)).toBeLessThanOrEqual(4_000);
  });

  test('an address without a topic is refused; doctor is told the host only', async () => {
    await expect(topic({ urlFile: file('url', receiver.url) }).send(notice, signal)).rejects.toThrow('names no topic');
    receiver.answer = { status: 403, body: '{"error":"no right to my agents"}' };
    await expect(topic().send(notice, signal)).rejects.toThrow(/^the receiver answered 403$/);
    expect(topic().examine()).toMatchObject([{ ok: true, message: `ntfy on ${new URL(receiver.url).host}` }]);
  });
});
