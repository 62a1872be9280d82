import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { publishOnce } from '../../src/mqtt/publish-job.ts';
import { newClientId, openConnection } from '../../src/mqtt/connection.ts';
import type { MqttSettings } from '../../src/config/settings.ts';
import { aBroker, aServer, settingsFor, until, type ABroker } from './a-broker.ts';
import { never } from '../never.ts';

const secret = 's3cret%/@:word';
const message = { topic: 'delegate-job/3f2a/events', payload: '{}', retain: false };
let folder: string;
let there: ABroker;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'asm-broker-'));
  there = await aBroker(secret);
});
afterEach(async () => {
  rmSync(folder, { recursive: true });
  await there.close();
});

/** Publishes with more patience than the program has: a busy machine may stall. */
function publish(change: Partial<MqttSettings>): Promise<void> {
  return publishOnce(settingsFor(there.port, change), message, never, 30_000);
}

describe('user and password', () => {
  test('from the URL, from the settings, from a file that is read at each connection', async () => {
    const passwordFile = join(folder, 'password');
    writeFileSync(passwordFile, `${secret}\n`);
    const inUrl = `mqtt://me:${encodeURIComponent(secret)}@127.0.0.1:${there.port}/`;
    await publish({ url: inUrl });
    await publish({ user: 'me', password: secret });
    await publish({ user: 'me', passwordFile });
    expect(there.heard).toHaveLength(3);
    writeFileSync(passwordFile, 'another');
    await expect(publish({ user: 'me', passwordFile })).rejects.toThrow('the MQTT broker refuses the connection');
  });

  test.each([
    ['refused', (): Partial<MqttSettings> => ({ url: `mqtt://me:wr0ng@127.0.0.1:${there.port}` })],
    ['none there', () => ({ url: 'mqtt://me:wr0ng@127.0.0.1:1' })],
    ['no such host', () => ({ url: 'mqtt://me:wr0ng@no-such-host.invalid:1883' })],
    ['a password without a user', () => ({ password: 'wr0ng' })],
    ['no file', () => ({ user: 'me', passwordFile: join(folder, 'no-such-file') })],
  ])('are in no error: %s', async (_, change) => {
    const attempt = publishOnce(settingsFor(there.port, change()), message, never);
    const error = await attempt.catch((cause: unknown) => cause);
    if (!(error instanceof Error) || !('where' in error) || !('cure' in error)) throw new Error('no error');
    const shown = [error.message, error.where, error.cure, String(error)].join('\n');
    expect(shown).not.toContain('wr0ng');
    expect(error.where).toMatch(/^mqtt:\/\/[\w.-]+:\d+$|\/no-such-file$/);
  });
});

test.each([
  ['in the URL', () => ({ url: `mqtt://:secret@127.0.0.1:${there.port}` })],
  ['in the settings', () => ({ password: 'secret' })],
])('a password without a user names what is missing: %s', async (_, change) => {
  await expect(publish(change())).rejects.toMatchObject({
    message: 'the MQTT broker has a password without a user',
    where: `mqtt://127.0.0.1:${there.port}`,
    cure: 'name the user in mqtt.user, AGENT_SESSIONS_MQTT_USER or the URL',
  });
});

test('a broker that takes the connection and never answers, or greets and never confirms: over after 3 s', async () => {
  const deadline = new AbortController();
  const timeout = vi.spyOn(AbortSignal, 'timeout').mockReturnValue(deadline.signal);
  const heard = { silent: '', greets: '' };
  const silent = await aServer((socket) => socket.on('data', (chunk) => (heard.silent += String(chunk))));
  const greets = await aServer((socket) => {
    socket.on('data', (chunk) => (heard.greets += String(chunk)));
    socket.once('data', () => socket.write(Buffer.from([0x20, 2, 0, 0])));
  });
  const ended = Promise.all([
    expect(publishOnce(settingsFor(silent.port), message, never, 30_000)).rejects.toThrow(
      'the MQTT broker cannot be reached: no answer in time',
    ),
    expect(publishOnce(settingsFor(greets.port), message, never, 30_000)).rejects.toThrow('no answer in time'),
  ]);
  await until('both', () => heard.silent.includes('MQTT') && heard.greets.includes(message.topic));
  deadline.abort(new DOMException('over', 'TimeoutError'));
  await ended;
  await expect(publishOnce(settingsFor(silent.port), message, never)).rejects.toThrow('no answer in time');
  expect(timeout.mock.calls).toEqual([[30_000], [30_000], [3_000]]);
  await Promise.all([silent.close(), greets.close()]);
});

test('mqtts: with the certificate of the authority, and not without it', async () => {
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const words = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', cert, '-days', '2'];
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'];
  expect(spawnSync('openssl', [...words, ...names]).status).toBe(0);
  const server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (socket) => {
    socket.on('error', () => undefined);
    there.aedes.handle(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `mqtts://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const secure = { url, user: 'me', password: secret };
  await publish({ ...secure, caFile: cert });
  expect(there.heard).toHaveLength(1);
  await expect(publish(secure)).rejects.toThrow('the certificate of the MQTT broker is not trusted');
  await new Promise((resolve) => server.close(resolve));
});

test('a signal ends an attempt at once', async () => {
  const server = await aServer(() => undefined);
  const stop = new AbortController();
  const options = { clientId: newClientId(), onMessage: () => undefined };
  const attempt = openConnection(settingsFor(server.port), options, stop.signal);
  stop.abort();
  await expect(attempt).rejects.toThrow('the MQTT broker cannot be reached');
  await server.close();
});
