import { afterEach, beforeEach, expect, test } from 'vitest';
import { RawClient, request } from './page/raw-client.ts';
import { ask, servePage, type ServedPage } from './page/served-page.ts';
import { PrivateWorld, until } from './private-world.ts';

/** What the page may write, and what other programs' texts become on their way to it. */

let world: PrivateWorld;
beforeEach(() => {
  world = new PrivateWorld();
  allow(true);
});
afterEach(() => world.close());

function allow(comments: boolean): void {
  const config = `tmux: { sockets: [] }\npage: { comments: ${comments} }\n`;
  world.file('home/.config/agent-sessions-monitor/config.yaml', config);
}

const json = 'Content-Type: application/json';

async function post(page: ServedPage, body: string, type = json): Promise<number | undefined> {
  const answer = await ask(page, 'POST /api/comment', [page.key, type], body);
  return answer?.status;
}

const say = (page: ServedPage, text: string) => post(page, JSON.stringify({ text }));

/** Reads the stream until its newest data say that. */
async function dataOf(page: ServedPage, isThere: (line: string) => boolean): Promise<string> {
  const client = await RawClient.open(page.port);
  client.send(request(page.port, 'GET /api/stream', [page.key]));
  const lines = (): readonly string[] => client.text.split('\n').filter((line) => line.startsWith('{"kind":"data"'));
  await client.until('the data', () => lines().some(isThere));
  client.close();
  return lines().findLast(isThere) ?? '';
}

test('a comment is what its user wrote; whatever is no comment is refused, and nothing is written', async () => {
  const { card } = await world.monitor();
  const page = await servePage(world);
  for (const type of ['X-None: 1', 'Content-Type: text/plain', 'Content-Type: application/x-www-form-urlencoded']) {
    expect(await post(page, '{"text":"x"}', type), type).toBe(415);
  }
  const wrong = ['', '{', '"x"', '[]', 'null', '{}', '{"text":1}', '{"text":""}', '{"text":" \\n "}'];
  const more = [
    '{"text":["x"]}',
    '{"text":"x","card":"other"}',
    '{"text":"x"}{"text":"y"}',
    '{"__proto__":{"text":"x"}}',
  ];
  for (const body of [...wrong, ...more]) expect(await post(page, body), body).toBe(400);
  expect(await say(page, 'x'.repeat(4_096))).toBe(413);
  expect(await say(page, '€'.repeat(1_400))).toBe(413);
  const parts = ['Transfer-Encoding: chunked', json, page.key];
  const chunked = request(page.port, 'POST /api/comment', parts) + `1388\r\n${'x'.repeat(5_000)}\r\n0\r\n\r\n`;
  const client = await RawClient.open(page.port);
  client.send(chunked);
  expect((await client.answer())?.status).toBe(413);
  expect(await world.comments(card)).toEqual([]);

  const texts = [
    'thanks',
    '  two\nlines  ',
    '</script><img src=x onerror=alert(1)>',
    "'; rm -rf ~ #",
    'x'.repeat(4_000),
  ];
  for (const text of texts) expect(await say(page, text)).toBe(200);
  expect(await world.comments(card)).toEqual(texts.map((text) => text.trim()));
  expect(await post(page, '{"text":"with a charset"}', 'Content-Type: application/json; charset=utf-8')).toBe(200);
});

test('control characters and bidirectional marks act nowhere: not on the page, not at a terminal', async () => {
  const { card } = await world.monitor();
  const page = await servePage(world);
  const text = 'a\u001b]0;owned\u0007b\u202ec\u0000d\u0085e\u2028f\ud800g';
  expect(await say(page, text)).toBe(200);
  const safe = String.raw`a\\x1b]0;owned\\x07b\\u202ec\\x00d\\x85e\\u2028f\\ud800g`;
  expect(await dataOf(page, (line) => line.includes('owned'))).toContain(`"body":"${safe}"`);
  const shown = await world.run(['card', '--card', card]);
  expect(shown.stdout).toContain('owned');
  // eslint-disable-next-line no-control-regex
  expect(shown.stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u0080-\u009f\u202e\u2028]/);
});

test('where the user has not allowed it, or there is no card, nothing is written', async () => {
  const page = await servePage(world);
  const none = await ask(page, 'POST /api/comment', [page.key, json], '{"text":"x"}');
  expect(none).toMatchObject({
    status: 502,
    body: expect.stringMatching(/^there is no card local-\w+: start the monitor/),
  });
  await page.end('SIGTERM');

  allow(false);
  const { card } = await world.monitor();
  const closed = await servePage(world);
  const refused = await ask(closed, 'POST /api/comment', [closed.key, json], '{"text":"stop monitoring"}');
  expect(refused).toMatchObject({ status: 403, body: expect.stringContaining('page.comments') });
  expect(await dataOf(closed, (line) => line.includes(card))).toContain('"mayComment":false');
  expect(await world.comments(card)).toEqual([]);
});

test('the stop words end the monitor, however they come; a question is asked back', async () => {
  const monitor = await world.monitor();
  const page = await servePage(world);
  expect(await say(page, 'should I stop monitoring?')).toBe(200);
  await until('the monitor to ask back', async () => (await world.comments(monitor.card)).length === 2);
  expect(await say(page, 'thanks, stop monitoring')).toBe(200);
  expect(await monitor.exited).toBe(0);
  expect(await dataOf(page, (line) => line.includes('"status":"blocked"'))).toContain('"watch":{"kind":"none"}');
});

test('names of sessions are data, whatever stands in them', async () => {
  const name = String.raw`"</script><b>\u202Eevil\e[2J\0\u2028"`;
  world.writeRegistry(
    `sessions:\n  ${name}:\n    workspace: ${name}\n    agent: claude\n    status: ended by ${'me'}\n`,
    60,
  );
  const page = await servePage(world);
  const line = await dataOf(page, (text) => text.includes('</script>'));
  expect(line).toContain(String.raw`"session":"</script><b>\\u202eevil\\x1b[2J\\x00\\u2028"`);
  expect(line).not.toMatch(/[\u202e\u2028]/);
  const timeline = await ask(page, 'GET /api/timeline?hours=24', [page.key]);
  expect(timeline?.body).not.toMatch(/[\u202e\u2028]/);
});
