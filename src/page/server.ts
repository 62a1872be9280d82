import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Socket, type AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { AudienceError, errorLines } from '../errors.ts';
import { codeOf, messageOf } from '../system/errno.ts';
import { give, rawRefusal, refuse } from './answer.ts';
import { guard, type Asked, type ShellFile } from './guard.ts';
import type { TimelineAnswer } from './page-data.ts';
import { cleanJson } from './page-json.ts';
import { Streams, type Source } from './streams.ts';

/** What the server answers from. */
export interface Content {
  readonly shell: Readonly<Record<ShellFile, Buffer>>;
  readonly source: Source;
  timeline(hours: number): Promise<TimelineAnswer>;
  /** Comments on the card; returns why it does not. @param body of the request, not checked yet */
  comment(body: string): Promise<{ readonly status: number; readonly why: string } | null>;
}

export interface ServerOptions {
  readonly content: Content;
  readonly token: string;
  /** 0: any that is free. */
  readonly port: number;
  /** Takes a defect, for the log. */
  readonly onDefect: (line: string) => void;
}

export interface PageServer {
  readonly port: number;
  /** Ends all streams in order, within a second. */
  close(): Promise<void>;
}

/** The address of the page: loopback alone, and one family, so that the address means one thing. */
export const loopback = '127.0.0.1';
/** Connections; a browser's tab takes two. */
const mostConnections = 512;
/** How long a request may take to come; ms. */
const requestMs = 5_000;
/** How long a client may leave an answer lie; ms. */
const stuckMs = 60_000;
const bodyBytes = 4_096;
const headerBytes = 8_192;
/** How long the last lines of the streams may take; ms. */
const farewellMs = 500;

/**
 * Serves the page on loopback.
 * @throws the system's error where the port cannot be had
 */
export async function serve({ content, token, port, onDefect }: ServerOptions): Promise<PageServer> {
  const streams = new Streams(content.source);
  const server = boundedServer();
  const listening = await listen(server, port);
  const take = (request: IncomingMessage, response: ServerResponse): void => {
    // No browser asks before it has the answer; a program that does could fill the memory with answers that wait.
    if (response.socket === null) return void request.socket.destroy();
    response.on('error', () => undefined);
    const asked = guard(request, { port: listening, token });
    if (asked.kind === 'refused') return refuse(response, asked);
    answer(asked, { request, response, content, streams, token }).catch((error: unknown) => {
      const said = error instanceof AudienceError ? errorLines(error).join('\n') : null;
      if (said === null) onDefect(`a request of the page failed: ${messageOf(error)}`);
      if (response.headersSent) response.destroy();
      else refuse(response, { status: 500, why: said ?? 'it failed: see the log of the program' });
    });
  };
  for (const event of ['request', 'checkContinue', 'checkExpectation']) server.on(event, take);
  server.on('clientError', refuseNoRequest);
  return { port: listening, close: () => close(server, streams) };
}

function boundedServer(): Server {
  const server = createServer({
    maxHeaderSize: headerBytes,
    headersTimeout: requestMs,
    requestTimeout: requestMs,
    keepAliveTimeout: requestMs,
    connectionsCheckingInterval: 1_000,
    // Else Node refuses it by itself, without the headers of every answer.
    requireHostHeader: false,
  });
  server.maxConnections = mostConnections;
  server.timeout = stuckMs;
  return server;
}

/** Answers what is no request, if its client has been told nothing yet, and lets the client go. */
function refuseNoRequest(error: Error, connection: Duplex): void {
  if (!(connection instanceof Socket) || connection.bytesWritten > 0 || !connection.writable) {
    connection.destroy();
    return;
  }
  const [status, why] = noRequests[codeOf(error)] ?? ([400, 'this is no request'] as const);
  connection.end(rawRefusal(status, why), () => connection.destroy());
}

const noRequests: Readonly<Record<string, readonly [number, string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'the request takes too long'],
  HPE_HEADER_OVERFLOW: [431, 'the headers are too long'],
};

async function close(server: Server, streams: Streams): Promise<void> {
  streams.close();
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  const late = setTimeout(() => server.closeAllConnections(), farewellMs);
  server.closeIdleConnections();
  await closed;
  clearTimeout(late);
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: loopback, port, exclusive: true }, () => {
      server.off('error', reject);
      // A connection that cannot be taken must not end the program.
      server.on('error', () => undefined);
      resolve(portOf(server.address()));
    });
  });
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return address.port;
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly content: Content;
  readonly streams: Streams;
  readonly token: string;
}

const types: Readonly<Record<ShellFile, string>> = {
  'index.html': 'text/html; charset=utf-8',
  'page.js': 'text/javascript; charset=utf-8',
  'page.css': 'text/css; charset=utf-8',
  'icon.svg': 'image/svg+xml',
};

async function answer(asked: Asked, { request, response, content, streams, token }: Exchange): Promise<void> {
  // A body that nothing reads must not keep the connection.
  if (asked.kind !== 'comment' && hasBody(request)) return refuse(response, { status: 400, why: 'it takes no body' });
  switch (asked.kind) {
    case 'shell':
      return give(response, { status: 200, type: types[asked.file] }, content.shell[asked.file]);
    case 'proof': {
      const proof = createHmac('sha256', token).update(asked.nonce).digest('base64url');
      return give(response, { status: 200, type: 'text/plain; charset=utf-8' }, proof);
    }
    case 'stream':
      return streams.add(response);
    case 'timeline': {
      const type = 'application/json; charset=utf-8';
      return give(response, { status: 200, type }, cleanJson(await content.timeline(asked.hours)));
    }
    case 'comment': {
      if (!/^application\/json *(;|$)/i.test(request.headers['content-type'] ?? '')) {
        return refuse(response, { status: 415, why: 'expected JSON' });
      }
      const text = await bodyOf(request);
      if (text === null) return refuse(response, { status: 413, why: `expected at most ${bodyBytes} bytes` });
      const refused = await content.comment(text);
      if (refused !== null) return refuse(response, refused);
      return give(response, { status: 200, type: 'application/json; charset=utf-8' }, '{}');
    }
  }
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** Reads the body as text; `null`: it is too long, and its rest is not read, or it did not come. */
async function bodyOf(request: IncomingMessage): Promise<string | null> {
  if (Number(request.headers['content-length'] ?? 0) > bodyBytes) return null;
  const chunks: Buffer[] = [];
  let length = 0;
  return new Promise((resolve) => {
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= bodyBytes) chunks.push(chunk);
      else {
        request.pause();
        resolve(null);
      }
    });
    request.once('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
    request.once('error', () => resolve(null));
    request.once('close', () => resolve(null));
  });
}
