import { STATUS_CODES, type ServerResponse } from 'node:http';

/**
 * Headers of every answer: no other site may show, read or keep it, and the page loads nothing but its own files.
 */
const always = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-store',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
} as const;

/** The beginning of an answer. */
export interface Head {
  readonly status: number;
  /** The type of the body. */
  readonly type: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Begins an answer whose body follows. */
export function begin(response: ServerResponse, { status, type, headers = {} }: Head): void {
  response.writeHead(status, { ...always, 'Content-Type': type, ...headers });
}

/** Gives a whole answer. */
export function give(response: ServerResponse, head: Head, body: string | Buffer): void {
  // The files of the page are sent as they are: a copy for each request would be a way to fill the memory.
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  begin(response, { ...head, headers: { 'Content-Length': String(bytes.length), ...head.headers } });
  response.end(response.req.method === 'HEAD' ? undefined : bytes);
}

/** Gives a short text for people, and closes the connection: what else its client has to say is not read. */
export function refuse(
  response: ServerResponse,
  { status, why, headers }: { readonly status: number; readonly why: string; readonly headers?: Head['headers'] },
): void {
  give(
    response,
    { status, type: 'text/plain; charset=utf-8', headers: { ...headers, Connection: 'close' } },
    `${why}\n`,
  );
}

/** Returns a refusal as it stands on the wire, for what is no request: Node has no response for it. */
export function rawRefusal(status: number, why: string): string {
  const body = `${why}\n`;
  const headers = {
    ...always,
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': String(Buffer.byteLength(body)),
    Connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`, ...lines, '', body].join('\r\n');
}
