import { createServer } from 'node:http';
import type { StreamMessage } from '../../../src/page/page-data.ts';
import { aFleet } from './fleet.ts';

/** A site of another origin whose code tries what such a site may try, with the right key even. */
export interface HostileSite {
  readonly port: number;
  close(): Promise<void>;
}

export async function serveHostileSite(): Promise<HostileSite> {
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'text/html').end(`<!doctype html><title>evil</title><script>${code}</script>`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** Serves what looks like the page on its port, with data of its own; `asked` holds each request with its headers. */
export async function serveImitation(
  port: number,
  session: string,
): Promise<{ asked(): readonly string[]; close(): Promise<void> }> {
  const asked: string[] = [];
  const server = createServer(({ method, url, headers }, response) => {
    asked.push(`${method} ${url} ${JSON.stringify(headers)}`);
    const line: StreamMessage = { kind: 'data', data: aFleet(1, Date.now()) };
    response.end(url === '/api/stream' ? `${JSON.stringify(line).replaceAll('shop-creator-claude', session)}\n` : 'x');
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const close = (): Promise<void> => new Promise((resolve) => server.close(() => resolve()));
  return { asked: () => asked, close };
}

/** Browser code: `attack` resolves with what each attempt got. */
const code = `
async function attack(at, token) {
  const got = {};
  const settled = (name, target, good) =>
    new Promise((resolve) => {
      for (const event of [good, 'error']) {
        target.addEventListener(event, () => resolve((got[name] = event === 'error' ? 'refused' : event)));
      }
    });
  const load = (tag, attribute, path) => {
    const element = document.createElement(tag);
    const loaded = settled(tag, element, 'load');
    if (tag === 'link') element.rel = 'stylesheet';
    element[attribute] = at + path;
    document.head.append(element);
    return loaded;
  };
  const ask = async (name, path, init) => {
    try {
      const answer = await fetch(at + path, init);
      got[name] = answer.type + ' ' + answer.status + ' ' + (await answer.text());
    } catch {
      got[name] = 'refused';
    }
  };
  const headers = { authorization: 'Bearer ' + token, 'content-type': 'application/json' };
  const body = JSON.stringify({ text: 'stop monitoring' });
  await ask('stream', '/api/stream', { headers });
  await ask('timeline', '/api/timeline?hours=24', { headers });
  await ask('shell', '/', {});
  await ask('shell without cors', '/', { mode: 'no-cors' });
  await ask('comment', '/api/comment', { method: 'POST', headers, body });
  await ask('simple comment', '/api/comment', { method: 'POST', mode: 'no-cors', body });
  navigator.sendBeacon(at + '/api/comment', body);
  await load('script', 'src', '/page.js');
  await load('link', 'href', '/page.css');
  await load('img', 'src', '/icon.svg');
  await settled('socket', new WebSocket(at.replace('http', 'ws') + '/api/stream'), 'open');
  await settled('events', new EventSource(at + '/api/stream'), 'open');
  return got;
}`;
