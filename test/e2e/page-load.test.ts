import { afterAll, beforeAll, expect, test } from 'vitest';
import { residentMb } from '../../bench/measure.ts';
import { exchange, RawClient, request } from './page/raw-client.ts';
import { servePage, type ServedPage } from './page/served-page.ts';
import { PrivateWorld, until } from './private-world.ts';

/** The real server under clients that are slow, silent, greedy or many: it stays small, and answers the others. */

let world: PrivateWorld;
let served: ServedPage;
let port: number;
let key: string;
beforeAll(async () => {
  world = new PrivateWorld();
  await world.openSession('shop-creator-claude');
  await world.run(['reconcile']);
  served = await servePage(world);
  ({ port, key } = served);
});
afterAll(() => world.close());

/** Sends a text byte by byte, for as long as the server takes it. */
function trickle(client: RawClient, text: string): void {
  let at = 0;
  const timer = setInterval(() => {
    if (client.isClosed || at >= text.length) clearInterval(timer);
    else client.send(text[at++] ?? '');
  }, 50);
}

const connected = (count: number): Promise<RawClient[]> =>
  Promise.all(Array.from({ length: count }, () => RawClient.open(port)));

test('a request that comes in bytes, a body that does, and silence are ended within seconds', async () => {
  const [bytes, body, silent, half] = await connected(4);
  if (bytes === undefined || body === undefined || silent === undefined || half === undefined) throw new Error('none');
  trickle(bytes, request(port, 'GET /', [`X-Slow: ${'x'.repeat(4_000)}`]));
  body.send(request(port, 'POST /api/comment', [key, 'Content-Type: application/json', 'Content-Length: 4000']));
  trickle(body, 'x'.repeat(4_000));
  half.send(request(port, 'GET /').slice(0, -2));
  expect((await exchange(port, request(port, 'GET /')))?.status, 'others are answered meanwhile').toBe(200);
  const statuses = async (client: RawClient) => (await client.untilClosed()).map(({ status }) => status);
  expect(await statuses(bytes)).toEqual([408]);
  expect(await statuses(half)).toEqual([408]);
  expect(await statuses(silent)).toEqual([408]);
  expect(await statuses(body)).toEqual([408]);
});

test('a connection that is kept open for nothing is ended', async () => {
  const client = await RawClient.open(port);
  client.send(request(port, 'GET /icon.svg'));
  expect((await client.untilClosed()).map(({ status }) => status)).toEqual([200]);
});

test('one request after the other on one connection is answered', async () => {
  const client = await RawClient.open(port);
  for (let count = 1; count <= 5; count += 1) {
    client.send(request(port, 'GET /icon.svg'));
    await client.until(`answer ${count}`, () => client.text.split('</svg>').length > count);
  }
  expect(client.isClosed).toBe(false);
  client.close();
});

test('requests that do not wait for their answers end the connection, and fill no memory', async () => {
  const before = residentMb(served.pid);
  const clients: RawClient[] = [];
  const burst = request(port, 'GET /page.js').repeat(1_000);
  for (let round = 0; round < 8; round += 1) {
    const some = await connected(25);
    clients.push(...some);
    for (const client of some) {
      client.socket.pause();
      client.send(burst);
    }
    expect((await exchange(port, request(port, 'GET /')))?.status).toBe(200);
  }
  // Answers that wait would be 900 MB, and 9 GB if each had a copy of the file.
  expect(residentMb(served.pid) - before).toBeLessThan(400);
  for (const client of clients) client.socket.resume();
  await Promise.all(clients.map((client) => client.untilClosed()));
  const streams = await RawClient.open(port);
  streams.send(request(port, 'GET /api/stream', [key]).repeat(100));
  await streams.untilClosed();
  expect(streams.text.match(/^HTTP/gm)?.length ?? 0).toBeLessThanOrEqual(1);
});

test('200 clients at once: each has its answer; so many streams as are meant for one user', async () => {
  const clients = await connected(200);
  for (const client of clients) client.send(request(port, 'GET /page.js'));
  // Each goes on at once: a connection that is idle for some seconds is ended.
  const goOn = async (client: RawClient): Promise<void> => {
    expect((await client.answer())?.status).toBe(200);
    client.send(request(port, 'GET /api/stream', [key]));
  };
  await Promise.all(clients.map(goOn));
  const statuses: string[] = [];
  for (const client of clients) {
    await client.until('its stream', () => client.text.split(/^HTTP\/1\.1 /m).length === 3);
    statuses.push(client.text.split(/^HTTP\/1\.1 /m)[2]?.slice(0, 3) ?? '');
  }
  expect(statuses.filter((status) => status === '200')).toHaveLength(64);
  expect(statuses.filter((status) => status === '503')).toHaveLength(136);
  const refused = clients[statuses.indexOf('503')];
  expect(refused?.text).toMatch(/^Retry-After: \d+\r$/im);
  const streaming = clients.filter((_, at) => statuses[at] === '200');
  for (const client of streaming) await client.until('the data', () => client.text.includes('shop-creator-claude'));
  expect((await exchange(port, request(port, 'GET /api/timeline?hours=24', [key])))?.status).toBe(200);

  for (const client of clients) client.close();
  await until('room for another', async () => {
    const client = await RawClient.open(port);
    client.send(request(port, 'GET /api/stream', [key]));
    await client.until('an answer', () => client.text.includes('\r\n'));
    client.close();
    return client.text.startsWith('HTTP/1.1 200');
  });
});

test('more connections than one user needs are not taken; those that stand go on', async () => {
  const stream = await RawClient.open(port);
  stream.send(request(port, 'GET /api/stream', [key]));
  await stream.until('the data', () => stream.text.includes('shop-creator-claude'));
  const clients = await connected(700);
  await until('the rest to be let go', () => clients.filter(({ isClosed }) => isClosed).length > 150);
  const length = stream.text.length;
  await stream.until('a beat', () => stream.text.length > length);
  expect(stream.isClosed).toBe(false);
  for (const client of clients) client.close();
  await until('an answer', async () => (await exchange(port, request(port, 'GET /')))?.status === 200);
  stream.close();
});

test('it ends in order while clients hang on it', async () => {
  const reading = await RawClient.open(port);
  reading.send(request(port, 'GET /api/stream', [key]));
  const stuck = await RawClient.open(port);
  stuck.send(request(port, 'GET /api/stream', [key]));
  const silent = await RawClient.open(port);
  await stuck.until('the data', () => stuck.text.includes('shop-creator-claude'));
  stuck.socket.pause();
  await reading.until('the data', () => reading.text.includes('shop-creator-claude'));
  expect(await served.end('SIGINT')).toBe(0);
  await reading.untilClosed();
  expect(reading.text).toContain('{"kind":"bye"}');
  await silent.untilClosed();
  stuck.close();
});
