import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { delay, http, HttpResponse } from 'msw';
import { setupServer } from 'msw/node';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { makeModelJudge } from '../../src/watch/model-judge.ts';
import { aCard } from './fakes.ts';
import { never as signal } from '../never.ts';

const url = 'http://judge.test/v1';
const server = setupServer();
beforeAll(() => server.listen({ onUnhandledRequest: 'error' }));
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'asm-judge-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const nobody = () => false;
const day = 24 * 60 * 60_000;

/** Answers each question with that content, and keeps the questions. */
function judgeSays(content: string): Request[] {
  const asked: Request[] = [];
  server.use(
    http.post(`${url}/chat/completions`, ({ request }) => {
      asked.push(request.clone());
      return HttpResponse.json({ choices: [{ message: { content } }] });
    }),
  );
  return asked;
}

const unwanted = '{"wanted": false, "reason": "the fleet was shut down"}';

test('a model is asked after a comment of a person, after a change of the card, and once a day; not at the start', async () => {
  const asked = judgeSays('{"wanted": true}');
  let now = 0;
  const judge = makeModelJudge({ url, model: 'small', apiKeyFile: null }, () => now);
  const ask = async (card: Parameters<typeof judge.ask>[0]) => {
    expect(await judge.ask(card, (body) => body.startsWith('ours'), signal)).toBeNull();
    return asked.length;
  };
  expect(await ask(aCard([]))).toBe(0);
  expect(await ask(aCard([]))).toBe(0);
  expect(await ask(aCard(['ours: alive']))).toBe(0);
  expect(await ask(aCard(['ours: alive', 'is it done?']))).toBe(1);
  expect(await ask(aCard(['ours: alive', 'is it done?']))).toBe(1);
  expect(await ask({ ...aCard(['ours: alive', 'is it done?']), body: 'until Friday' })).toBe(2);
  now = day;
  expect(await ask({ ...aCard(['ours: alive', 'is it done?']), body: 'until Friday' })).toBe(3);
});

test('what is asked: the card and its people, nothing else; the key goes along and is shown nowhere', async () => {
  const asked = judgeSays(unwanted);
  const apiKeyFile = join(folder, 'key');
  writeFileSync(apiKeyFile, 'sk-secret\n');
  const judge = makeModelJudge({ url: `${url}/`, model: 'small', apiKeyFile }, () => 0);
  const isOwnComment = (body: string) => body === 'ours';
  await judge.ask(aCard(['ours']), isOwnComment, signal);
  expect(await judge.ask(aCard(['ours', 'we are done here']), isOwnComment, signal)).toBe(
    'the judge says that it is no longer wanted (the fleet was shut down)',
  );
  const [request] = asked;
  expect(request?.headers.get('authorization')).toBe('Bearer sk-secret');
  const body = await request?.json();
  expect(body).toEqual({
    model: 'small',
    messages: [
      { role: 'system', content: expect.stringContaining('Answer with JSON only') },
      {
        role: 'user',
        content: JSON.stringify({ title: 'monitor my sessions', body: '', comments: ['we are done here'] }),
      },
    ],
  });
  expect(JSON.stringify(body)).not.toContain('sk-secret');
});

test.each([
  ['refuses', () => HttpResponse.json({ error: 'no' }, { status: 401 })],
  ['fails', () => HttpResponse.text('oops', { status: 500 })],
  ['is not there', () => HttpResponse.error()],
  ['talks nonsense', () => HttpResponse.json({ choices: [{ message: { content: 'yes, maybe {not json}' } }] })],
  ['answers another shape', () => HttpResponse.json({ choices: [] })],
  ['answers no JSON at all', () => HttpResponse.text('<html>')],
  [
    'thinks that a word is enough',
    () => HttpResponse.json({ choices: [{ message: { content: '{"wanted": "no"}' } }] }),
  ],
])('a model that %s means: go on', async (_, answer) => {
  server.use(http.post(`${url}/chat/completions`, answer));
  const judge = makeModelJudge({ url, model: 'small', apiKeyFile: null }, () => 0);
  await judge.ask(aCard([]), nobody, signal);
  expect(await judge.ask(aCard(['done?']), nobody, signal)).toBeNull();
});

test('a key file that cannot be read, and an abort, mean: go on', async () => {
  server.use(
    http.post(`${url}/chat/completions`, async () => {
      await delay('infinite');
      return HttpResponse.json({});
    }),
  );
  const abort = new AbortController();
  const judge = makeModelJudge({ url, model: 'small', apiKeyFile: null }, () => 0);
  await judge.ask(aCard([]), nobody, abort.signal);
  const answer = judge.ask(aCard(['done?']), nobody, abort.signal);
  abort.abort();
  expect(await answer).toBeNull();
  const keyless = makeModelJudge({ url, model: 'small', apiKeyFile: join(folder, 'missing') }, () => 0);
  await keyless.ask(aCard([]), nobody, signal);
  expect(await keyless.ask(aCard(['done?']), nobody, signal)).toBeNull();
});

test('its reason is printed without control characters', async () => {
  judgeSays(JSON.stringify({ wanted: false, reason: 'over\u001b[2J' }));
  const judge = makeModelJudge({ url, model: 'small', apiKeyFile: null }, () => 0);
  await judge.ask(aCard([]), nobody, signal);
  expect(await judge.ask(aCard(['done?']), nobody, signal)).toBe(
    'the judge says that it is no longer wanted (over\\x1b[2J)',
  );
});
