import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';

export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** ms since 1970 */
  readonly at: number;
  /** What was answered; `null`: nothing. */
  readonly status: number | null;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The body never ends. */
  readonly isOpen?: boolean;
}

/** A receiver of notices on a free port of this machine. */
export class Receiver {
  readonly received: Received[] = [];
  /** `null`: it never answers. A function decides for each request. */
  answer: Answer | null | (() => Answer | null) = { status: 200 };
  #server: Server | null = null;
  #port = 0;

  /** Opens it; again on the same port after `close`. */
  async open(): Promise<this> {
    const server = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (text: string) => (body += text));
      request.on('end', () => {
        const answer = typeof this.answer === 'function' ? this.answer() : this.answer;
        const { url: path = '', headers: sent } = request;
        this.received.push({ path, headers: sent, body, at: Date.now(), status: answer?.status ?? null });
        if (answer === null) return;
        const { status, headers = {}, body: text = '', isOpen = false } = answer;
        response.writeHead(status, { ...headers });
        if (isOpen) response.write(text);
        else response.end(text);
      });
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(this.#port, '127.0.0.1', resolve);
    });
    const address = server.address();
    this.#port = typeof address === 'object' && address !== null ? address.port : 0;
    this.#server = server;
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Returns the parsed bodies. */
  get bodies(): readonly unknown[] {
    return this.received.map(({ body }) => JSON.parse(body));
  }

  async close(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    if (server === null) return;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}
