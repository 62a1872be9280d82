import { connect, type Socket } from 'node:net';

/** An answer as it came over the wire. */
export interface RawAnswer {
  readonly status: number;
  /** By lower-case name; several of one name are joined by a line break. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A connection that says what a browser never would. */
export class RawClient {
  readonly socket: Socket;
  isClosed = false;
  text = '';

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.setEncoding('utf8').on('data', (text: string) => (this.text += text));
    // A server that lets a client go may do so while the client still writes.
    socket.on('error', () => undefined);
    socket.on('close', () => (this.isClosed = true));
  }

  static async open(port: number): Promise<RawClient> {
    const client = new RawClient(connect(port, '127.0.0.1'));
    await client.until('a connection', () => client.socket.readyState === 'open');
    return client;
  }

  send(text: string): void {
    this.socket.write(text);
  }

  /** Resolves once that is so, or the connection is closed. */
  until(what: string, isSo: () => boolean, timeoutMs = 60_000): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        if (!this.isClosed && !isSo()) return;
        clearTimeout(late);
        for (const event of events) this.socket.off(event, settle);
        resolve();
      };
      const events = ['connect', 'data', 'close'] as const;
      const late = setTimeout(() => reject(new Error(`still waiting for ${what}`)), timeoutMs);
      for (const event of events) this.socket.on(event, settle);
      settle();
    });
  }

  /** Resolves with the first answer, once it is there as a whole; `null`: the server closed without one. */
  async answer(): Promise<RawAnswer | null> {
    await this.until('an answer', () => isWhole(this.text));
    return answersIn(this.text)[0] ?? null;
  }

  /** Resolves with all that came, once the server has closed the connection. */
  async untilClosed(timeoutMs?: number): Promise<readonly RawAnswer[]> {
    await this.until('the server to close the connection', () => false, timeoutMs);
    return answersIn(this.text);
  }

  close(): void {
    this.socket.destroy();
  }
}

/** Sends a text on a connection of its own, and returns the answer. */
export async function exchange(port: number, text: string): Promise<RawAnswer | null> {
  const client = await RawClient.open(port);
  client.send(text);
  const answer = await client.answer();
  client.close();
  return answer;
}

/** Returns a request as text. @param headers as they stand on the wire; `Host` is there unless it is named */
export function request(port: number, line: string, headers: readonly string[] = [], body = ''): string {
  const hasHost = headers.some((header) => /^host\b/i.test(header));
  const length = body === '' ? [] : [`Content-Length: ${Buffer.byteLength(body)}`];
  const host = hasHost ? [] : [`Host: 127.0.0.1:${port}`];
  return [`${line} HTTP/1.1`, ...host, ...headers, ...length, '', body].join('\r\n');
}

function isWhole(text: string): boolean {
  const [answer] = answersIn(text);
  return answer !== undefined && Buffer.byteLength(answer.body) >= Number(answer.headers['content-length'] ?? 0);
}

function answersIn(text: string): readonly RawAnswer[] {
  const answers: RawAnswer[] = [];
  for (let rest = text; rest !== '';) {
    const at = rest.indexOf('\r\n\r\n');
    if (at === -1) break;
    const [first = '', ...lines] = rest.slice(0, at).split('\r\n');
    const headers: Record<string, string> = {};
    for (const line of lines) {
      const [name = '', ...value] = line.split(': ');
      const known = headers[name.toLowerCase()];
      headers[name.toLowerCase()] = known === undefined ? value.join(': ') : `${known}\n${value.join(': ')}`;
    }
    const length = Number(headers['content-length'] ?? Infinity);
    // The files of the page hold ASCII alone, apart from texts that no test takes apart.
    const body = Buffer.from(rest.slice(at + 4))
      .subarray(0, length)
      .toString();
    answers.push({ status: Number(/^HTTP\/1\.1 (\d{3})/.exec(first)?.[1] ?? NaN), headers, body });
    rest = rest.slice(at + 4 + body.length);
  }
  return answers;
}
