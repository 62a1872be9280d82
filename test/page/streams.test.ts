import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Streams, type Source } from '../../src/page/streams.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A response that takes as much as its test lets it. */
class Reader extends ServerResponse {
  readonly said: string[] = [];
  takes = true;
  isGone = false;

  constructor() {
    super(new IncomingMessage(new Socket()));
  }

  override write(chunk: unknown): boolean {
    this.said.push(String(chunk).trim());
    return this.takes;
  }

  override end(chunk?: unknown): this {
    if (chunk !== undefined) this.said.push(String(chunk).trim());
    return this;
  }

  override destroy(): this {
    this.isGone = true;
    this.emit('close');
    return this;
  }

  drain(): void {
    this.takes = true;
    this.emit('drain');
  }
}

class FakeSource implements Source {
  line: Buffer | null = Buffer.from('one\n');
  begun = 0;
  ended = 0;
  #onLine: () => void = () => undefined;

  beat(): ReturnType<Source['beat']> {
    return { kind: 'beat', at: 1, looked: 1 };
  }

  begin(onLine: () => void): void {
    this.begun += 1;
    this.#onLine = onLine;
  }

  end(): void {
    this.ended += 1;
  }

  says(text: string): void {
    this.line = Buffer.from(`${text}\n`);
    this.#onLine();
  }
}

function joined(streams: Streams): Reader {
  const reader = new Reader();
  streams.add(reader);
  return reader;
}

const beat = '{"kind":"beat","at":1,"looked":1}';

describe('streams', () => {
  test('a reader gets the newest line and a beat at once, then what changes, and a beat every 2 s', () => {
    const source = new FakeSource();
    const reader = joined(new Streams(source));
    expect(reader.statusCode).toBe(200);
    source.says('two');
    vi.advanceTimersByTime(4_000);
    expect(reader.said).toEqual(['one', beat, 'two', beat, beat]);
  });

  test('before there is a line there are beats alone', () => {
    const source = new FakeSource();
    source.line = null;
    const reader = joined(new Streams(source));
    source.says('one');
    expect(reader.said).toEqual([beat, 'one']);
  });

  test('the source works from the first reader to the last', () => {
    const source = new FakeSource();
    const streams = new Streams(source);
    const [one, two] = [joined(streams), joined(streams)];
    one.destroy();
    expect([source.begun, source.ended]).toEqual([1, 0]);
    two.destroy();
    expect([source.begun, source.ended]).toEqual([1, 1]);
    expect(vi.getTimerCount(), 'nothing ticks for no reader').toBe(0);
    const three = joined(streams);
    expect([source.begun, source.ended]).toEqual([2, 1]);
    expect(three.said).toEqual(['one', beat]);
  });

  test('a reader that takes nothing holds one line; once it takes again it gets the newest, once', () => {
    const source = new FakeSource();
    const streams = new Streams(source);
    const [slow, quick] = [joined(streams), joined(streams)];
    slow.takes = false;
    source.says('two');
    for (let count = 3; count < 500; count += 1) source.says(String(count));
    vi.advanceTimersByTime(30_000);
    expect(slow.said).toEqual(['one', beat, 'two']);
    expect(quick.said).toHaveLength(2 + 498 + 15);
    slow.drain();
    expect(slow.said).toEqual(['one', beat, 'two', '499']);
    vi.advanceTimersByTime(2_000);
    expect(slow.said.slice(4)).toEqual([beat]);
    slow.drain();
    expect(slow.said, 'nothing is sent twice').toHaveLength(5);
  });

  test('a reader that takes nothing for a minute is let go; one that takes late is not', () => {
    const source = new FakeSource();
    const streams = new Streams(source);
    const [stuck, late] = [joined(streams), joined(streams)];
    stuck.takes = false;
    late.takes = false;
    source.says('two');
    vi.advanceTimersByTime(58_000);
    late.drain();
    vi.advanceTimersByTime(6_000);
    expect([stuck.isGone, late.isGone]).toEqual([true, false]);
    vi.advanceTimersByTime(600_000);
    expect(late.isGone).toBe(false);
    expect(source.ended).toBe(0);
  });

  test('one reader more than the most is told to come again', () => {
    const source = new FakeSource();
    const streams = new Streams(source);
    const readers = Array.from({ length: 64 }, () => joined(streams));
    const more = joined(streams);
    expect([more.statusCode, more.said]).toEqual([503, ['too many pages are open']]);
    readers[0]?.destroy();
    expect(joined(streams).statusCode).toBe(200);
  });

  test('at the end each reader is told', () => {
    const source = new FakeSource();
    const streams = new Streams(source);
    const readers = [joined(streams), joined(streams)];
    streams.close();
    for (const { said } of readers) expect(said.at(-1)).toBe('{"kind":"bye"}');
  });

  test('a reader that comes after the end begins nothing', () => {
    const source = new FakeSource();
    const streams = new Streams(source);
    streams.close();
    const late = joined(streams);
    expect([late.statusCode, late.said]).toEqual([503, ['the page ends']]);
    expect(source.begun).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });
});
