import { hostname } from 'node:os';
import type { Settings } from '../config/settings.ts';
import type { Event } from '../log/log.ts';
import type { PassPorts } from '../pass/pass.ts';
import { longestTimerMs } from '../system/pause.ts';
import { Delivery } from '../tell/notify/delivery.ts';
import { openNotifier } from '../tell/notify/open-notifier.ts';
import { TroubleFile } from '../system/trouble-file.ts';
import type { Follower } from './follower.ts';

export interface NotifyWorld {
  readonly ports: Pick<PassPorts, 'log' | 'now' | 'settings'>;
  readonly settings: Settings;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The registry's folder of state. */
  readonly stateDir: string;
}

/** How long a notice that is under way may still take at the end; ms. */
const lastNoticeMs = 2_000;

/** Makes a follower of each configured notifier. What is logged from now on is told, or was before the last end. */
export async function notifyFollowers({
  ports,
  settings,
  env,
  stateDir,
}: NotifyWorld): Promise<readonly NotifyFollower[]> {
  const { log, now } = ports;
  const trouble = new TroubleFile(stateDir, 'notify', now);
  const { registry, hermes } = settings;
  const world = { env, platform: process.platform, hermes: hermes.command, now };
  const deliveries = settings.notify.map(
    (one) =>
      new Delivery({
        settings: one,
        notifier: openNotifier(one, world),
        log,
        trouble,
        host: hostname(),
        registry,
        graceMs: ports.settings.graceMs,
        now,
      }),
  );
  // A position that cannot be set now is set with the first look.
  await Promise.all(deliveries.map((delivery) => delivery.begin().catch(() => undefined)));
  return deliveries.map((delivery) => new NotifyFollower(delivery, () => log.read(), now));
}

/** Lets one notifier look at the log after each pass, one look at a time; a slow receiver keeps nothing else waiting. */
export class NotifyFollower implements Follower {
  readonly #delivery: Pick<Delivery, 'look' | 'trouble'>;
  readonly #read: () => Promise<readonly Event[]>;
  readonly #now: () => number;
  readonly #over = new AbortController();
  #looking: Promise<void> | null = null;
  #asked = false;
  #timer: NodeJS.Timeout | undefined;

  /**
   * Makes the follower.
   * @param read returns all events of the log
   * @param now ms since 1970
   */
  constructor(delivery: Pick<Delivery, 'look' | 'trouble'>, read: () => Promise<readonly Event[]>, now: () => number) {
    this.#delivery = delivery;
    this.#read = read;
    this.#now = now;
  }

  passed(): void {
    this.#look();
  }

  failed(): void {
    this.#look();
  }

  beat(): void {
    // Its trouble goes into the heartbeat; there is nothing to send.
  }

  get trouble(): string | null {
    return this.#delivery.trouble;
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer);
    const over = this.#over;
    if (this.#looking === null) return over.abort();
    await Promise.race([this.#looking, new Promise((resolve) => setTimeout(resolve, lastNoticeMs).unref())]);
    over.abort();
    await this.#looking;
  }

  #look(): void {
    this.#asked = true;
    if (this.#over.signal.aborted) return;
    this.#looking ??= this.#untilSettled().finally(() => {
      this.#looking = null;
      // Asked for in the moment between.
      if (this.#asked) this.#look();
    });
  }

  async #untilSettled(): Promise<void> {
    clearTimeout(this.#timer);
    while (this.#asked && !this.#over.signal.aborted) {
      this.#asked = false;
      // An unreadable log is the trouble of the passes; the next one asks again.
      const events = await this.#read().catch(() => null);
      if (events === null) return;
      const again = await this.#delivery.look(events, this.#over.signal);
      if (again !== null) this.#lookAt(again);
    }
  }

  /** Looks again at that time, although no pass may come until then; ms since 1970. */
  #lookAt(at: number): void {
    clearTimeout(this.#timer);
    const ms = Math.min(Math.max(0, at - this.#now()), longestTimerMs);
    this.#timer = setTimeout(() => this.#look(), ms).unref();
  }
}
