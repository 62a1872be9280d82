import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import type { PageData, StreamMessage, TimelineAnswer } from '../../../src/page/page-data.ts';
import { until } from '../private-world.ts';

const message = z.custom<StreamMessage>((value) => typeof value === 'object' && value !== null && 'kind' in value);

const timeline = z.custom<TimelineAnswer>((value) => typeof value === 'object' && value !== null && 'rows' in value);

/** Reads the stream of the page, as a browser does. */
export class PageReader {
  /** The newest data; `null`: none came yet. */
  data: PageData | null = null;
  /** The longest time between two messages; ms. A stream that is silent for 5 s counts as dead. */
  longestSilenceMs = 0;
  readonly #address: URL;
  readonly #over = new AbortController();

  private constructor(address: URL) {
    this.#address = address;
  }

  /** Opens the page of a monitor by its address, and waits for the first data. @param file `page.url` */
  static async open(file: string): Promise<PageReader> {
    const address = await until('the address of the page', () => existsSync(file) && readFileSync(file, 'utf8').trim());
    const reader = new PageReader(new URL(address));
    const { body } = await reader.#ask('/api/stream');
    if (body === null) throw new Error('the stream of the page is empty');
    void reader.#read(body).catch(() => undefined);
    await until('the first data of the page', () => reader.data);
    return reader;
  }

  /** Returns the timeline of the last hour; `undefined`: the server is gone. */
  async timeline(): Promise<TimelineAnswer | undefined> {
    try {
      return timeline.parse(await (await this.#ask('/api/timeline?hours=1')).json());
    } catch {
      return undefined;
    }
  }

  close(): void {
    this.#over.abort();
  }

  /** @throws if the page refuses it */
  async #ask(path: string): Promise<Response> {
    const { origin, hash } = this.#address;
    const headers = { authorization: `Bearer ${hash.slice(1)}` };
    const response = await fetch(`${origin}${path}`, { headers, signal: this.#over.signal });
    if (!response.ok) throw new Error(`the page answers ${response.status}`);
    return response;
  }

  async #read(body: ReadableStream<Uint8Array>): Promise<void> {
    let text = '';
    let last = performance.now();
    for await (const piece of body.pipeThrough(new TextDecoderStream())) {
      text += piece;
      const lines = text.split('\n');
      text = lines.pop() ?? '';
      for (const line of lines) {
        this.longestSilenceMs = Math.max(this.longestSilenceMs, performance.now() - last);
        last = performance.now();
        const said = message.parse(JSON.parse(line));
        if (said.kind === 'data') this.data = said.data;
      }
    }
  }
}
