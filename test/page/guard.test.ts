import { describe, expect, test } from 'vitest';
import { guard, type Request } from '../../src/page/guard.ts';

const gate = { port: 8123, token: 'k'.repeat(43) };
const key = { authorization: `Bearer ${gate.token}` };

/** A request of the page itself, with other headers; `undefined` takes a header away. */
function asks(method: string, url: string, headers: Record<string, string | undefined> = {}): string {
  const given = Object.entries({ host: '127.0.0.1:8123', ...headers }).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  return answered({ method, url, headers: Object.fromEntries(given), rawHeaders: given.flat() });
}

function answered(request: Request): string {
  const asked = guard(request, gate);
  return asked.kind === 'refused' ? String(asked.status) : JSON.stringify(asked);
}

describe('what a request asks for', () => {
  test.each([
    ['GET', '/', {}, '{"kind":"shell","file":"index.html"}'],
    ['HEAD', '/', {}, '{"kind":"shell","file":"index.html"}'],
    ['GET', '/page.js', {}, '{"kind":"shell","file":"page.js"}'],
    ['GET', '/page.css', {}, '{"kind":"shell","file":"page.css"}'],
    ['GET', '/icon.svg', {}, '{"kind":"shell","file":"icon.svg"}'],
    ['GET', '/api/stream', key, '{"kind":"stream"}'],
    ['GET', '/api/stream', { authorization: `bearer ${gate.token}` }, '{"kind":"stream"}'],
    ['GET', '/api/timeline?hours=168', key, '{"kind":"timeline","hours":168}'],
    ['POST', '/api/comment', key, '{"kind":"comment"}'],
    ['GET', `/api/proof?nonce=${'n'.repeat(43)}`, {}, `{"kind":"proof","nonce":"${'n'.repeat(43)}"}`],
  ])('%s %s', (method, url, headers, expected) => expect(asks(method, url, headers)).toBe(expected));
});

describe('a name of this address', () => {
  test.each(['127.0.0.1:8123', 'localhost:8123', '[::1]:8123', 'LOCALHOST:8123'])('%s is one', (host) =>
    expect(asks('GET', '/', { host })).toContain('shell'),
  );

  test.each([
    undefined,
    '',
    '127.0.0.1',
    '127.0.0.1:8124',
    'evil.example:8123',
    '127.0.0.1.evil.example:8123',
    'localhost.:8123',
    '127.0.0.2:8123',
    '0.0.0.0:8123',
    '127.0.0.1:8123@evil.example',
  ])('%s is none', (host) => {
    expect(asks('GET', '/', { host })).toBe('421');
    expect(asks('GET', '/api/stream', { host, ...key })).toBe('421');
  });

  test('is said once', () => {
    const rawHeaders = ['Host', '127.0.0.1:8123', 'Host', 'evil.example:8123'];
    expect(answered({ method: 'GET', url: '/', headers: { host: '127.0.0.1:8123' }, rawHeaders })).toBe('421');
  });

  test('has no port where the port is the usual one', () => {
    const request = { method: 'GET', url: '/', headers: { host: 'localhost' }, rawHeaders: ['Host', 'localhost'] };
    expect(guard(request, { ...gate, port: 80 })).toMatchObject({ kind: 'shell' });
  });
});

describe('another site', () => {
  test.each([
    'http://evil.example',
    'https://127.0.0.1:8123',
    'http://localhost:8123',
    'http://127.0.0.1:3000',
    'null',
  ])('is the origin %s', (origin) => {
    expect(asks('GET', '/api/stream', { origin, ...key })).toBe('403');
    expect(asks('POST', '/api/comment', { origin, ...key })).toBe('403');
    expect(asks('GET', '/page.js', { origin })).toBe('403');
  });

  test('is not the page itself', () =>
    expect(
      asks('POST', '/api/comment', { origin: 'http://127.0.0.1:8123', 'sec-fetch-site': 'same-origin', ...key }),
    ).toBe('{"kind":"comment"}'));

  test.each(['cross-site', 'same-site', 'something new'])('is what a browser calls %s', (site) => {
    expect(asks('GET', '/api/stream', { 'sec-fetch-site': site, ...key })).toBe('403');
    expect(asks('GET', '/page.js', { 'sec-fetch-site': site })).toBe('403');
    expect(asks('GET', '/', { 'sec-fetch-site': site })).toBe('403');
  });

  test('may link to the page, and may not frame it', () => {
    const link = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
    expect(asks('GET', '/', link)).toContain('shell');
    expect(asks('GET', '/', { ...link, 'sec-fetch-dest': 'iframe' })).toBe('403');
    expect(asks('GET', '/api/stream', { ...link, ...key })).toBe('403');
  });
});

describe('the token', () => {
  test.each([
    undefined,
    '',
    gate.token,
    'Bearer',
    'Bearer ',
    `Bearer ${'k'.repeat(42)}`,
    `Bearer ${'k'.repeat(44)}`,
    `Bearer ${'k'.repeat(42)}K`,
    `Bearer ${gate.token} x`,
    `Basic ${gate.token}`,
  ])('is not %s', (authorization) => {
    expect(asks('GET', '/api/stream', { authorization })).toBe('401');
    expect(asks('GET', '/api/timeline?hours=1', { authorization })).toBe('401');
    expect(asks('POST', '/api/comment', { authorization })).toBe('401');
  });

  test('is said once', () => {
    const rawHeaders = ['Host', '127.0.0.1:8123', 'Authorization', key.authorization, 'Authorization', 'Bearer x'];
    const headers = { host: '127.0.0.1:8123', ...key };
    expect(answered({ method: 'GET', url: '/api/stream', headers, rawHeaders })).toBe('401');
  });

  test('stands in no address', () => {
    expect(asks('GET', `/?token=${gate.token}`)).toBe('400');
    expect(asks('GET', `/api/stream?token=${gate.token}`)).toBe('401');
    expect(asks('GET', `/api/stream?token=${gate.token}`, key)).toBe('400');
    expect(asks('GET', `/api/timeline?hours=24&token=${gate.token}`, key)).toBe('400');
  });
});

describe('what there is not', () => {
  test.each([
    ['/..', '404'],
    ['/../page.js', '404'],
    ['//page.js', '404'],
    ['/./page.js', '404'],
    ['/page.js/', '404'],
    ['/PAGE.JS', '404'],
    ['/%70age.js', '404'],
    ['/..%2fpage.js', '404'],
    ['/page.js%00', '404'],
    ['/\\page.js', '404'],
    ['/api/stream/', '404'],
    ['/index.html', '404'],
    ['/constructor', '404'],
    ['/__proto__', '404'],
    ['http://127.0.0.1:8123/', '400'],
    ['http://evil.example/page.js', '400'],
    ['*', '400'],
    ['', '400'],
    ['/?', '400'],
    ['/#x', '404'],
  ])('%s', (url, status) => expect(asks('GET', url, key)).toBe(status));

  test('an answer before the request is whole', () => {
    expect(asks('GET', '/', { expect: '100-continue' })).toBe('417');
    expect(asks('POST', '/api/comment', { expect: 'x', ...key })).toBe('417');
  });

  test.each(['hours=2', 'hours=24&hours=1', 'hours=', 'hours=024', 'x', ''])('a timeline of %s', (query) =>
    expect(asks('GET', `/api/timeline?${query}`, key)).toBe('400'),
  );

  test.each(['', '?nonce=', `?nonce=${'n'.repeat(42)}`, `?nonce=${'n'.repeat(44)}`, `?nonce=${'n'.repeat(42)}%`])(
    'a proof of %s',
    (query) => expect(asks('GET', `/api/proof${query}`)).toBe('400'),
  );

  test.each([
    ['POST', '/'],
    ['OPTIONS', '/'],
    ['PUT', '/page.js'],
    ['HEAD', '/api/stream'],
    ['POST', '/api/stream'],
    ['GET', '/api/comment'],
    ['OPTIONS', '/api/comment'],
    ['TRACE', '/'],
    ['CONNECT', '/'],
  ])('%s %s', (method, url) => expect(asks(method, url, key)).toBe('405'));
});
