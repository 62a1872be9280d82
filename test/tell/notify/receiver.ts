import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';

export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A receiver of notices on a free port of this machine. */
export class Receiver {
  readonly received: Received[] = [];
  /** `null`: it never answers. */
  answer: Answer | null = { status: 200 };
  #server: Server | null = null;
  #port = 0;

  /** Opens it; again on the same port after `close`. */
  async open(): Promise<this> {
    const server = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (text: string) => (body += text));
      request.on('end', () => {
        this.received.push({ path: request.url ?? '', headers: request.headers, body });
        if (this.answer === null) return;
        const { status, headers = {}, body: text = '' } = this.answer;
        response.writeHead(status, { ...headers }).end(text);
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
