import { closeSync, readdirSync } from 'node:fs';
import { vi } from 'vitest';
import { asError } from '../../src/system/errno.ts';
import { readLink } from '../../src/system/if-readable.ts';
import { monitor } from '../../src/watch/monitor.ts';
import type { Clock } from './clock.ts';
import { card, intervalMs, type Host } from './host.ts';

const request = {
  board: { name: 'local', slug: null },
  card,
  intervalMs,
  heartbeatMs: null,
  maxRuntimeMs: null,
  until: null,
  level: null,
} as const;

/** A service manager starts a monitor again that could not begin; ms. */
const againMs = 10_000;

/** The monitor's process: it starts, ends in order, and is killed. */
export class MonitorLife {
  /** Why it ended by itself after a pass had succeeded; `null`: it did not. */
  failure: Error | null = null;
  /** When its first pass succeeded, by the clock that is never set; `null`: none did yet. */
  since: number | null = null;
  readonly #host: Host;
  readonly #clock: Clock;
  #process: AbortController | null = null;

  constructor(host: Host, clock: Clock) {
    this.#host = host;
    this.#clock = clock;
    vi.spyOn(AbortSignal, 'any').mockImplementation(anyOf);
  }

  /** Starts it unless it runs. What keeps it from beginning (a full disk, a text that does not parse) may pass. */
  start(): void {
    if (this.#process !== null) return;
    // A mock keeps what it was given and what it returned: signals, and with them all of the monitor before.
    vi.clearAllMocks();
    const own = new AbortController();
    this.#process = own;
    const passed = (): void => {
      if (this.#process === own) this.since ??= this.#clock.elapsed;
    };
    const listener = { watching: () => undefined, log: () => undefined, close: () => Promise.resolve() };
    void monitor(this.#host.world(own.signal, passed), request, listener)
      .then(
        ({ summary }) => new Error(summary),
        (error: unknown) => asError(error),
      )
      .then((ended) => this.#ended(own, ended));
  }

  /** Ends it by a signal: the run pauses. */
  end(): void {
    this.since = null;
    this.#process?.abort();
  }

  /** Ends it between two instructions: nothing of it goes on. */
  kill(): void {
    this.#process = null;
    this.since = null;
    this.#host.hint = () => undefined;
    this.#clock.forget();
    closeAll(this.#host.settings.registry.lock);
  }

  #ended(own: AbortController, how: Error): void {
    if (this.#process !== own) return;
    this.#process = null;
    if (own.signal.aborted) return;
    if (this.since !== null) this.failure = how;
    this.since = null;
    setTimeout(() => this.start(), againMs);
  }
}

/**
 * Does what `AbortSignal.any` does. Node keeps each such signal that has a listener until it is aborted, and with it all
 * of a killed monitor.
 */
function anyOf(signals: Iterable<AbortSignal>): AbortSignal {
  const own = new AbortController();
  for (const signal of signals) {
    if (signal.aborted) own.abort(signal.reason);
    else signal.addEventListener('abort', () => own.abort(signal.reason), { once: true });
  }
  return own.signal;
}

/** Closes what is open of a file, as the kernel does for a killed process: else its lock would stay. */
function closeAll(path: string): void {
  const folder = '/proc/self/fd';
  const isOfIt = (descriptor: string): boolean => readLink(`${folder}/${descriptor}`) === path;
  for (const descriptor of readdirSync(folder).filter(isOfIt)) closeSync(Number(descriptor));
}
