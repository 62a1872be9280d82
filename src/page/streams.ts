import type { ServerResponse } from 'node:http';
import { begin, refuse } from './answer.ts';
import type { StreamMessage } from './page-data.ts';

/** So many readers at once; a browser's tab is one. */
const most = 64;
/** How often each stream shows that it lives; ms. */
const beatMs = 2_000;
/** A reader that takes nothing for so long is let go; ms. */
const patienceMs = 60_000;

/** What the streams send. */
export interface Source {
  /** The newest data as a line of the stream; `null`: there is none yet. */
  readonly line: Buffer | null;
  /** Returns the beat of this moment. */
  beat(): Extract<StreamMessage, { kind: 'beat' }>;
  /** Takes that there are readers from now on. @param onLine there is a newer line */
  begin(onLine: () => void): void;
  /** Takes that the last reader is gone. */
  end(): void;
}

interface Reader {
  readonly response: ServerResponse;
  /** Since when it takes nothing more (by the process's own clock; ms); `null`: it takes what comes. */
  stuckSince: number | null;
  /** There was a newer line meanwhile; only the newest is sent then, however many there were. */
  isBehind: boolean;
}

/** The streams of all readers. A reader that takes nothing holds at most one line. */
export class Streams {
  readonly #source: Source;
  readonly #readers = new Set<Reader>();
  #beats: NodeJS.Timeout | null = null;
  #isOver = false;

  constructor(source: Source) {
    this.#source = source;
  }

  /** Begins a stream. */
  add(response: ServerResponse): void {
    if (this.#readers.size >= most) {
      return refuse(response, { status: 503, why: 'too many pages are open', headers: { 'Retry-After': '10' } });
    }
    if (this.#isOver) return refuse(response, { status: 503, why: 'the page ends' });
    begin(response, { status: 200, type: 'application/x-ndjson; charset=utf-8' });
    const reader: Reader = { response, stuckSince: null, isBehind: false };
    this.#readers.add(reader);
    response.on('drain', () => this.#drained(reader));
    response.once('close', () => this.#gone(reader));
    if (this.#beats === null) {
      this.#beats = setInterval(() => this.#beat(), beatMs);
      this.#source.begin(() => this.#readers.forEach((each) => this.#sendLine(each)));
    }
    this.#sendLine(reader);
    this.#send(reader, lineOf(this.#source.beat()));
  }

  /** Ends all streams in order. */
  close(): void {
    this.#isOver = true;
    for (const { response } of this.#readers) response.end(lineOf({ kind: 'bye' }));
  }

  #sendLine(reader: Reader): void {
    const { line } = this.#source;
    if (line === null) return;
    if (reader.stuckSince === null) this.#send(reader, line);
    else reader.isBehind = true;
  }

  #beat(): void {
    const beat = lineOf(this.#source.beat());
    for (const reader of this.#readers) {
      if (reader.stuckSince === null) this.#send(reader, beat);
      else if (performance.now() - reader.stuckSince > patienceMs) reader.response.destroy();
    }
  }

  #send(reader: Reader, bytes: Buffer | string): void {
    if (reader.response.writableEnded) return;
    if (!reader.response.write(bytes)) reader.stuckSince ??= performance.now();
  }

  #drained(reader: Reader): void {
    reader.stuckSince = null;
    if (!reader.isBehind) return;
    reader.isBehind = false;
    this.#sendLine(reader);
  }

  #gone(reader: Reader): void {
    this.#readers.delete(reader);
    if (this.#readers.size > 0 || this.#beats === null) return;
    clearInterval(this.#beats);
    this.#beats = null;
    this.#source.end();
  }
}

/** Returns a message as a line of the stream. */
function lineOf(message: StreamMessage): string {
  return `${JSON.stringify(message)}\n`;
}
