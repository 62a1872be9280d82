import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import type { PageData, StreamMessage } from '../../../src/page/page-data.ts';
import { until } from '../private-world.ts';

const message = z.custom<StreamMessage>((value) => typeof value === 'object' && value !== null && 'kind' in value);

/** Reads the stream of the page, as a browser does. */
export class PageReader {
  /** The newest data; `null`: none came yet. */
  data: PageData | null = null;
  /** The longest time between two messages; ms. A stream that is silent for 5 s counts as dead. */
  longestSilenceMs = 0;
  messages = 0;
  readonly #over = new AbortController();
  #isOpen = true;

  /** Opens the page of a monitor by its address, and waits for the first data. @param file `page.url` */
  static async open(file: string): Promise<PageReader> {
    const address = await until('the address of the page', () => existsSync(file) && readFileSync(file, 'utf8').trim());
    const { origin, hash } = new URL(address);
    const reader = new PageReader();
    const response = await fetch(`${origin}/api/stream`, {
      headers: { authorization: `Bearer ${hash.slice(1)}` },
      signal: reader.#over.signal,
    });
    if (!response.ok || response.body === null) throw new Error(`the page answers ${response.status}`);
    void reader.#read(response.body).catch(() => undefined);
    await until('the first data of the page', () => reader.data);
    return reader;
  }

  /** The stream has not ended. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  close(): void {
    this.#over.abort();
  }

  async #read(body: ReadableStream<Uint8Array>): Promise<void> {
    let text = '';
    let last = performance.now();
    try {
      for await (const piece of body.pipeThrough(new TextDecoderStream())) {
        text += piece;
        const lines = text.split('\n');
        text = lines.pop() ?? '';
        for (const line of lines) {
          this.messages += 1;
          this.longestSilenceMs = Math.max(this.longestSilenceMs, performance.now() - last);
          last = performance.now();
          const said = message.parse(JSON.parse(line));
          if (said.kind === 'data') this.data = said.data;
        }
      }
    } finally {
      this.#isOpen = false;
    }
  }
}
