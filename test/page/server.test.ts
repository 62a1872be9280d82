import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { RegistryError } from '../../src/errors.ts';
import { serve, type Content, type PageServer } from '../../src/page/server.ts';
import { exchange, RawClient, request } from '../e2e/page/raw-client.ts';

const token = 'k'.repeat(43);
const key = `Authorization: Bearer ${token}`;
const megabyte = 1024 * 1024;

let server: PageServer;
let defects: string[];
let onLine: () => void;
let content: Content & { source: { line: Buffer | null } };
beforeEach(async () => {
  // The server's own deadlines go on as they are.
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
  defects = [];
  const file = Buffer.from('a file');
  content = {
    shell: { 'index.html': file, 'page.js': file, 'page.css': file, 'icon.svg': file },
    source: {
      line: lineOf(0),
      beat: () => ({ kind: 'beat', at: 1, looked: 1 }),
      begin: (call) => (onLine = call),
      end: () => undefined,
    },
    timeline: (hours) => Promise.resolve({ from: hours, to: 0, rows: [] }),
    comment: () => Promise.resolve(null),
  };
  server = await serve({ content, token, port: 0, onDefect: (line) => defects.push(line) });
});
afterEach(async () => {
  vi.useRealTimers();
  await server.close();
});

/** Returns a line of a megabyte. */
function lineOf(count: number): Buffer {
  return Buffer.from(`{"count":${count},"fill":"${'x'.repeat(megabyte)}"}\n`);
}

/** Says so many lines, each in a turn of its own. */
async function say(first: number, last: number): Promise<void> {
  for (let count = first; count <= last; count += 1) {
    content.source.line = lineOf(count);
    onLine();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const has = (client: RawClient, count: number) =>
  client.until(`line ${count}`, () => client.text.includes(`{"count":${count},`));

const countsOf = (client: RawClient): readonly number[] =>
  [...client.text.matchAll(/\{"count":(\d+)/g)].map(([, count]) => Number(count));

async function reading(): Promise<RawClient> {
  const client = await RawClient.open(server.port);
  client.send(request(server.port, 'GET /api/stream', [key]));
  await client.until('the first line', () => client.text.includes('"beat"'));
  return client;
}

test('a client that takes nothing is owed little, and once it takes again it gets the newest', async () => {
  const stuck = await reading();
  stuck.socket.pause();
  await say(1, 100);
  stuck.socket.resume();
  await has(stuck, 100);
  // The system's own buffers take a few lines.
  expect(countsOf(stuck).length).toBeLessThan(20);
  stuck.close();
});

test('a client that takes nothing for a minute is let go; the others go on', async () => {
  const [stuck, quick] = [await reading(), await reading()];
  stuck.socket.pause();
  await say(1, 20);
  await has(quick, 20);
  vi.advanceTimersByTime(70_000);
  stuck.socket.resume();
  await stuck.untilClosed();
  expect(countsOf(stuck).at(-1)).toBeLessThan(20);
  await say(21, 21);
  await has(quick, 21);
  expect(quick.isClosed).toBe(false);
  quick.close();
});

test('a defect is for the log; the client is told nothing of it', async () => {
  content.timeline = () => Promise.reject(new Error('at /home/me/secret'));
  const answer = await exchange(server.port, request(server.port, 'GET /api/timeline?hours=1', [key]));
  expect(answer).toMatchObject({ status: 500, body: 'it failed: see the log of the program\n' });
  expect(answer?.headers['content-security-policy']).toMatch(/^default-src 'none'/);
  expect(defects).toEqual(['a request of the page failed: at /home/me/secret']);
});

test('what the user can mend is told', async () => {
  const error = new RegistryError('the history cannot be read', { where: '/state', cure: 'make it readable' });
  content.timeline = () => Promise.reject(error);
  const answer = await exchange(server.port, request(server.port, 'GET /api/timeline?hours=1', [key]));
  expect(answer).toMatchObject({ status: 500, body: 'the history cannot be read\n/state\nmake it readable\n' });
  expect(defects).toEqual([]);
});

test('an answer that comes after its client has gone harms nothing', async () => {
  let finish: () => void = () => undefined;
  content.timeline = () => new Promise((resolve) => (finish = () => resolve({ from: 0, to: 0, rows: [] })));
  const client = await RawClient.open(server.port);
  client.send(request(server.port, 'GET /api/timeline?hours=1', [key]));
  await exchange(server.port, request(server.port, 'GET /'));
  client.close();
  await exchange(server.port, request(server.port, 'GET /'));
  finish();
  expect((await exchange(server.port, request(server.port, 'GET /')))?.status).toBe(200);
  expect(defects).toEqual([]);
});
