import { BrokerError } from '../../src/errors.ts';
import type { Log } from '../../src/log/log.ts';
import type { Connection, Message } from '../../src/mqtt/connection.ts';
import { eventMessages, hostLook } from '../../src/mqtt/host-messages.ts';
import { HostReader } from '../../src/mqtt/host-reader.ts';
import { hostTopics } from '../../src/mqtt/topics.ts';
import type { Push } from '../../src/watch/watch-world.ts';
import type { Outages } from './outages.ts';

const againMs = 5_000;
const topics = hostTopics('asm', 'lab1');

/** A broker in memory: what it was sent, and what it holds. */
export class SimulatedBroker {
  /** The messages of events, in order. */
  readonly events: string[] = [];
  readonly retained = new Map<string, string>();
  readonly #outages: Outages;

  constructor(outages: Outages) {
    this.#outages = outages;
  }

  /** Links a monitor with the broker, as `startPush` does over the network. */
  async push(log: Log, now: () => number, passed: () => void): Promise<Push> {
    const reader = new HostReader({ log, topics, version: '0', now, describe: eventMessages, notice: () => undefined });
    await reader.begin();
    const over = new AbortController();
    void this.#serve(reader, over.signal);
    return {
      trigger: { name: 'broker', start: () => undefined, state: () => ({ on: true }) },
      look: (result) => {
        passed();
        reader.look(hostLook(result));
      },
      wake: () => reader.wake(),
      close: async () => {
        over.abort();
        await Promise.race([reader.lastWords().catch(() => undefined), after(2_000)]);
      },
    };
  }

  async #serve(reader: HostReader, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      if (this.#outages.broker !== 'away') await reader.onUp(this.#connect(reader)).catch(() => undefined);
      await after(againMs);
    }
  }

  #connect(reader: HostReader): Connection {
    for (const [topic, payload] of this.retained)
      reader.onMessage({ topic, payload: Buffer.from(payload), retained: true });
    const lost = () => new BrokerError('lost', { cure: 'wait' });
    let isOver = false;
    let drop = (): void => undefined;
    const over = new Promise<BrokerError>((resolve) => {
      drop = () => {
        isOver = true;
        resolve(lost());
      };
    });
    return {
      over,
      isOver: () => isOver,
      drop: () => drop(),
      end: async () => drop(),
      subscribe: () => Promise.resolve(),
      catchUp: () => Promise.resolve(),
      publish: async (message) => {
        if (this.#outages.broker !== 'away' && !isOver) this.#take(message);
        if (this.#outages.broker === 'works' && !isOver) return;
        if (this.#outages.broker === 'mute') this.#outages.excuses += 1;
        drop();
        throw lost();
      },
    };
  }

  #take({ topic, payload, retain }: Message): void {
    if (!retain) this.events.push(payload);
    else if (payload === '') this.retained.delete(topic);
    else this.retained.set(topic, payload);
  }
}

function after(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
