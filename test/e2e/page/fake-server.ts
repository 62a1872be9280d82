import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { PageData, StreamMessage } from '../../../src/page/page-data.ts';
import { aTimeline } from './fleet.ts';

const folder = join(import.meta.dirname, '../../../dist/page');
const kinds: Readonly<Record<string, string>> = {
  html: 'text/html',
  js: 'text/javascript',
  css: 'text/css',
  svg: 'image/svg+xml',
};
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** A server of the built page that says what a test wants, under the rules of the real one. */
export class FakeServer {
  token = 'a-token-of-the-test';
  /** Comments that were sent. */
  readonly comments: string[] = [];
  /** Why the next comment is refused. */
  refusal: string | null = null;
  /** How many streams were opened. */
  opened = 0;
  /** Beats are sent. */
  isBeating = true;
  private readonly server = createServer((request, response) => this.answer(request, response));
  private readonly streams = new Set<ServerResponse>();
  private readonly timer = setInterval(() => this.beat(), 500);
  data: PageData;

  constructor(data: PageData) {
    this.data = data;
  }

  /** @returns the address with the token */
  async listen(port = 0): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(port, '127.0.0.1', resolve));
    return `${this.origin}/#${this.token}`;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  show(data: PageData): void {
    this.data = data;
    this.say({ kind: 'data', data });
  }

  say(message: StreamMessage): void {
    for (const stream of this.streams) stream.write(`${JSON.stringify(message)}\n`);
  }

  /** Ends every stream; the server itself goes on. */
  cut(): void {
    for (const stream of this.streams) stream.destroy();
  }

  /** Ends in order, as the real one does: says so on every stream, and hears no more. */
  async end(): Promise<void> {
    clearInterval(this.timer);
    this.say({ kind: 'bye' });
    for (const stream of this.streams) stream.end();
    await new Promise((resolve) => this.server.close(resolve));
  }

  async close(): Promise<void> {
    clearInterval(this.timer);
    this.cut();
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private beat(): void {
    if (this.isBeating) this.say({ kind: 'beat', at: Date.now(), looked: Date.now() });
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    response.setHeader('content-security-policy', policy);
    response.setHeader('cache-control', 'no-store');
    const { pathname, searchParams } = new URL(request.url ?? '/', this.origin);
    const name = pathname === '/' ? 'index.html' : pathname.slice(1);
    if (['index.html', 'icon.svg', 'page.js', 'page.css'].includes(name)) {
      response.setHeader('content-type', kinds[name.split('.')[1] ?? ''] ?? 'text/plain');
      response.end(readFileSync(join(folder, name)));
    } else if (!pathname.startsWith('/api/')) {
      response.writeHead(404).end();
    } else if (pathname === '/api/proof') {
      const nonce = searchParams.get('nonce') ?? '';
      response.end(createHmac('sha256', this.token).update(nonce).digest('base64url'));
    } else if (request.headers.authorization !== `Bearer ${this.token}`) {
      response.writeHead(401).end('the token is not the one of this server');
    } else if (pathname === '/api/stream') {
      this.streams.add(response);
      this.opened += 1;
      response.on('close', () => this.streams.delete(response));
      response.writeHead(200, { 'content-type': 'application/x-ndjson' });
      response.write(`${JSON.stringify({ kind: 'data', data: this.data } satisfies StreamMessage)}\n`);
    } else if (pathname === '/api/timeline') {
      response.end(JSON.stringify(aTimeline(this.data, Number(searchParams.get('hours')), Date.now())));
    } else {
      void this.takeComment(request, response);
    }
  }

  private async takeComment(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    if (this.refusal !== null) {
      response.writeHead(409).end(this.refusal);
      return;
    }
    this.comments.push((JSON.parse(body) as { text: string }).text);
    response.writeHead(204).end();
  }
}
