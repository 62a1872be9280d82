import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exchange, request, RawClient, type RawAnswer } from './page/raw-client.ts';
import { servePage, type ServedPage } from './page/served-page.ts';
import { PrivateWorld } from './private-world.ts';

/** The real server, asked over raw connections: what a browser would never say, another program may. */

let world: PrivateWorld;
let served: ServedPage;
let port: number;
let token: string;
beforeAll(async () => {
  world = new PrivateWorld();
  await world.openSession('shop-creator-claude');
  await world.run(['reconcile']);
  served = await servePage(world);
  ({ port, token } = served);
});
afterAll(() => world.close());

/** Asks, and checks what every answer has in common. */
async function ask(line: string, headers: readonly string[] = [], body = ''): Promise<RawAnswer> {
  return safe(await exchange(port, request(port, line, headers, body)));
}

async function statusOf(line: string, headers: readonly string[] = [], body = ''): Promise<number> {
  return (await ask(line, headers, body)).status;
}

function safe(answer: RawAnswer | null): RawAnswer {
  if (answer === null) throw new Error('there was no answer');
  const { headers } = answer;
  expect(headers).toMatchObject({
    'content-security-policy': expect.stringMatching(
      /^default-src 'none'; script-src 'self'; .*frame-ancestors 'none'/,
    ),
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
  });
  const names = Object.keys(headers);
  expect(names.filter((name) => /^access-control|^set-cookie|^server$|^x-powered|^etag|^last-mod/.test(name))).toEqual(
    [],
  );
  if (!/json/.test(headers['content-type'] ?? '')) {
    expect(JSON.stringify(answer), 'no key, and nothing of this machine').not.toMatch(
      new RegExp(`${token}|${world.root}|shop-creator`),
    );
  }
  return answer;
}

const key = (): string => `Authorization: Bearer ${token}`;

test('the shell is there without the key and holds no data; all else needs the key', async () => {
  const shell = await ask('GET /');
  expect(shell).toMatchObject({ status: 200, headers: { 'content-type': 'text/html; charset=utf-8' } });
  for (const file of ['/page.js', '/page.css', '/icon.svg']) expect(await statusOf(`GET ${file}`)).toBe(200);
  const head = await ask('HEAD /');
  expect(head).toMatchObject({ status: 200, body: '' });
  expect(head.headers['content-length']).toBe(shell.headers['content-length']);

  const timeline = await ask('GET /api/timeline?hours=24', [key()]);
  expect(timeline).toMatchObject({ status: 200, headers: { 'content-type': 'application/json; charset=utf-8' } });
  expect(JSON.parse(timeline.body)).toMatchObject({ rows: expect.any(Array) });
  const stream = await RawClient.open(port);
  stream.send(request(port, 'GET /api/stream', [key()]));
  await stream.until('the data', () => stream.text.includes('shop-creator-claude'));
  expect(safe(await stream.answer()).headers['content-type']).toBe('application/x-ndjson; charset=utf-8');
  stream.close();
});

test('it proves that it holds the key to a page that asks, and to nothing else', async () => {
  const nonce = 'n'.repeat(43);
  const proof = await ask(`GET /api/proof?nonce=${nonce}`);
  const expected = createHmac('sha256', token).update(nonce).digest('base64url');
  expect(proof).toMatchObject({ status: 200, body: expected });
  expect(await statusOf(`GET /api/proof?nonce=${nonce}`, ['Origin: http://evil.example'])).toBe(403);
  expect(await statusOf(`GET /api/proof?nonce=${nonce}`, ['Host: evil.example'])).toBe(421);
  expect(await statusOf('GET /api/proof?nonce=short')).toBe(400);
  expect(await statusOf('GET /api/timeline?hours=1', [`Authorization: Bearer ${expected}`])).toBe(401);
});

describe('the name of the host', () => {
  test.each([
    ['another', ['Host: evil.example']],
    ['another with the port', ['Host: evil.example:PORT']],
    ['one that begins alike', ['Host: 127.0.0.1:PORT.evil.example']],
    ['another port', ['Host: 127.0.0.1:1']],
    ['none', ['X-Host: 127.0.0.1:PORT']],
    ['an empty one', ['Host:']],
    ['two, the right one first', ['Host: 127.0.0.1:PORT', 'Host: evil.example']],
    ['two, the right one last', ['Host: evil.example', 'Host: 127.0.0.1:PORT']],
    ['the right one twice', ['Host: 127.0.0.1:PORT', 'Host: 127.0.0.1:PORT']],
    ['a user in front', ['Host: x@127.0.0.1:PORT']],
  ])('%s', async (_, lines) => {
    const headers = lines.map((line) => line.replace('PORT', String(port)));
    for (const path of ['/', '/page.js', '/api/stream']) {
      // The helper adds the right one where there is none: this is all that is said.
      const text = ['GET ' + path + ' HTTP/1.1', ...headers, key(), '', ''].join('\r\n');
      expect(safe(await exchange(port, text)).status).toBe(421);
    }
  });

  test('an old protocol that names none', async () => {
    expect(safe(await exchange(port, 'GET / HTTP/1.0\r\n\r\n')).status).toBe(421);
  });
});

describe('another site', () => {
  test.each([
    ['GET /api/stream', ['Origin: http://evil.example']],
    ['GET /api/stream', ['Origin: null']],
    ['GET /page.js', ['Origin: http://localhost:3000']],
    ['GET /api/stream', ['Sec-Fetch-Site: cross-site']],
    ['GET /api/timeline?hours=1', ['Sec-Fetch-Site: same-site']],
    ['GET /page.js', ['Sec-Fetch-Site: cross-site', 'Sec-Fetch-Mode: no-cors', 'Sec-Fetch-Dest: script']],
    ['GET /', ['Sec-Fetch-Site: cross-site', 'Sec-Fetch-Mode: navigate', 'Sec-Fetch-Dest: iframe']],
    ['GET /', ['Sec-Fetch-Site: same-site', 'Sec-Fetch-Mode: no-cors', 'Sec-Fetch-Dest: image']],
    ['POST /', ['Origin: http://evil.example', 'Sec-Fetch-Site: cross-site', 'Sec-Fetch-Mode: navigate']],
    ['POST /api/comment', ['Origin: http://evil.example', 'Content-Type: application/json']],
  ])('%s %j', async (line, headers) => expect(await statusOf(line, [key(), ...headers])).toBe(403));

  test('may link to the shell', async () => {
    const link = ['Sec-Fetch-Site: cross-site', 'Sec-Fetch-Mode: navigate', 'Sec-Fetch-Dest: document'];
    expect(await statusOf('GET /', link)).toBe(200);
  });

  test.each(['/', '/api/stream', '/api/timeline?hours=1', '/api/comment', '/nothing', '*'])(
    'asks beforehand whether it may: OPTIONS %s',
    async (path) => {
      const asks = ['Access-Control-Request-Method: POST', 'Access-Control-Request-Headers: authorization'];
      expect(await statusOf(`OPTIONS ${path}`, ['Origin: http://evil.example', ...asks])).toBe(403);
      expect(await statusOf(`OPTIONS ${path}`, asks)).toBeGreaterThanOrEqual(400);
    },
  );
});

describe('the key', () => {
  const paths = ['GET /api/stream', 'GET /api/timeline?hours=24', 'POST /api/comment'];
  test.each([
    ['none', () => []],
    ['a wrong one', () => [`Authorization: Bearer ${'A'.repeat(43)}`]],
    ['its beginning', () => [`Authorization: Bearer ${token.slice(0, 20)}`]],
    ['too much', () => [`${key()}A`]],
    ['without its word', () => [`Authorization: ${token}`]],
    ['in another case', () => [`Authorization: Bearer ${swapped(token)}`]],
    ['the right one twice', () => [key(), key()]],
    ['a wrong one before', () => ['Authorization: Bearer x', key()]],
    ['a wrong one behind', () => [key(), 'Authorization: Bearer x']],
    ['in a cookie', () => [`Cookie: token=${token}`]],
    ['in another header', () => [`X-Token: ${token}`, `Proxy-Authorization: Bearer ${token}`]],
  ])('%s', async (_, headers) => {
    for (const line of paths) expect(await statusOf(line, headers())).toBe(401);
  });

  test('in the address', async () => {
    expect(await statusOfToken('GET /api/stream?token=TOKEN')).toBe(401);
    expect(await statusOfToken('GET /api/timeline?hours=24&token=TOKEN', [key()])).toBe(400);
    expect(await statusOfToken('GET /?TOKEN')).toBe(400);
  });

  function statusOfToken(line: string, headers: readonly string[] = []): Promise<number> {
    return statusOf(line.replace('TOKEN', token), headers);
  }
});

function swapped(text: string): string {
  return text.replaceAll(/[a-z]/gi, (letter) => (letter < 'a' ? letter.toLowerCase() : letter.toUpperCase()));
}

describe('a path', () => {
  test.each([
    ['/..', 404],
    ['/../package.json', 404],
    ['/../../../../../../etc/passwd', 404],
    ['/page.js/../page.css', 404],
    ['/%2e%2e/package.json', 404],
    ['/%2E%2E%2Fpackage.json', 404],
    ['/page%2ejs', 404],
    ['/..\\package.json', 404],
    ['//', 404],
    ['//evil.example/', 404],
    ['///page.js', 404],
    ['/./', 404],
    ['/page.js%00.css', 404],
    ['/page.js;x', 404],
    ['/index.html', 404],
    ['/cli.js', 404],
    ['/page.url', 404],
    ['/api', 404],
    ['/api/stream/', 404],
    ['/__proto__', 404],
    ['http://127.0.0.1/', 400],
    ['http://evil.example/', 400],
    ['/api/timeline', 400],
    ['/api/timeline?hours=9999', 400],
    ['/api/timeline?hours=24#x', 400],
  ])('%s', async (path, status) => {
    const answer = await ask(`GET ${path}`, [key()]);
    expect(answer.status).toBe(status);
    expect(answer.headers, 'nothing leads elsewhere').not.toHaveProperty('location');
  });

  test('a proxy that is asked for another address', async () => {
    const evil = await RawClient.open(port);
    evil.send(`CONNECT evil.example:443 HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`);
    expect(await evil.untilClosed()).toEqual([]);
  });

  test.each(['POST', 'PUT', 'DELETE', 'PATCH', 'TRACE', 'PROPFIND', 'HEAD'])('asked for by %s', async (method) => {
    for (const path of ['/api/stream', '/api/timeline?hours=1']) {
      expect(await statusOf(`${method} ${path}`, [key()])).toBe(405);
    }
    expect(await statusOf('GET /api/comment', [key()])).toBe(405);
  });
});

describe('what is no request', () => {
  test.each([
    ['noise', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n', 400],
    ['an unknown method', 'FETCH / HTTP/1.1\r\nHost: HOST\r\n\r\n', 400],
    ['a newer protocol', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400],
    ['two lengths', 'GET / HTTP/1.1\r\nHost: HOST\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx', 400],
    [
      'a length and parts',
      'POST /api/comment HTTP/1.1\r\nHost: HOST\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
      400,
    ],
    ['a folded header', 'GET / HTTP/1.1\r\nHost: HOST\r\nX: a\r\n b\r\n\r\n', 400],
    ['a blank before the colon', 'GET / HTTP/1.1\r\nHost : HOST\r\n\r\n', 400],
    ['a line of its own within a header', 'GET / HTTP/1.1\r\nHost: HOST\r\nX: a\rSet-Cookie: b\r\n\r\n', 400],
    ['long headers', `GET / HTTP/1.1\r\nHost: HOST\r\nX: ${'x'.repeat(9_000)}\r\n\r\n`, 431],
    ['many headers', `GET / HTTP/1.1\r\nHost: HOST\r\n${'X-Name: value\r\n'.repeat(900)}\r\n`, 431],
    ['a long path', `GET /${'x'.repeat(9_000)} HTTP/1.1\r\nHost: HOST\r\n\r\n`, 431],
    [
      'an expectation',
      'POST /api/comment HTTP/1.1\r\nHost: HOST\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n',
      417,
    ],
    ['another expectation', 'GET / HTTP/1.1\r\nHost: HOST\r\nExpect: tea\r\n\r\n', 417],
    ['a body where none belongs', 'GET / HTTP/1.1\r\nHost: HOST\r\nContent-Length: 3\r\n\r\nabc', 400],
    [
      'a body in parts',
      'GET /page.js HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n',
      400,
    ],
  ])('%s', async (_, text, status) => {
    const client = await RawClient.open(port);
    client.send(text.replace('HOST', `127.0.0.1:${port}`));
    const answers = await client.untilClosed();
    expect(answers.map((answer) => safe(answer).status)).toEqual([status]);
  });

  test('a wish for another protocol is not heard', async () => {
    const socket = ['Upgrade: websocket', 'Connection: Upgrade', 'Sec-WebSocket-Key: x', 'Sec-WebSocket-Version: 13'];
    expect(await statusOf('GET /', socket)).toBe(200);
    expect(await statusOf('GET /api/stream', socket)).toBe(401);
  });
});

test('it listens on loopback alone', () => {
  const own = readFileSync('/proc/net/tcp', 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(
      ([, local = '', , state]) =>
        state === '0A' && local.endsWith(`:${port.toString(16).toUpperCase().padStart(4, '0')}`),
    )
    .map(([, local]) => local?.split(':')[0]);
  expect(own).toEqual(['0100007F']);
  const inode = readFileSync('/proc/net/tcp6', 'utf8').split('\n');
  expect(
    inode.filter(
      (line) => line.includes(`:${port.toString(16).toUpperCase().padStart(4, '0')} `) && line.includes(' 0A '),
    ),
  ).toEqual([]);
});

test('it has said nothing but its address, and lives', () => {
  expect(served.stdout()).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#[\w-]{43}\n$/);
  expect(served.stderr()).not.toContain('failed');
  expect(served.child.exitCode).toBeNull();
});
