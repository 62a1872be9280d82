import type { Notice } from '../../src/tell/notify/notice-schema.ts';
import { SendError, type Notifier } from '../../src/tell/notify/notifier.ts';
import type { Outages } from './outages.ts';

/** A receiver that refused is asked again after so long at most, by the time that programs are told; docs/notify.md; ms. */
const askedAgainMs = 10 * 60_000;
/** Notices are so far apart; ms. */
const spacingMs = 10_000;

/** What a notifier sends to, and what has arrived there. */
export class Phone implements Notifier {
  readonly told: { readonly id: string; readonly state: string }[] = [];
  readonly #outages: Outages;
  readonly #wall: () => number;
  /** When it refused last, ms since 1970; `null`: the monitor that runs now had an answer, or did not ask yet. */
  #refusedAt: number | null = null;

  constructor(outages: Outages, wall: () => number) {
    this.#outages = outages;
    this.#wall = wall;
  }

  async send({ events }: Notice): Promise<string> {
    this.#refusedAt = this.#wall();
    if (this.#outages.phone === 'away') throw new SendError('away');
    this.told.push(...events);
    if (this.#outages.phone === 'works') {
      this.#refusedAt = null;
      return 'told';
    }
    this.#outages.excuses += 1;
    throw new SendError('no answer');
  }

  /** Forgets that it refused: a monitor that starts asks at once. */
  startAnew(): void {
    this.#refusedAt = null;
  }

  /** Decides whether the monitor may still wait, because the phone refused. A clock that is set back ends the wait. */
  get isSpared(): boolean {
    const since = this.#refusedAt === null ? -1 : this.#wall() - this.#refusedAt;
    return since >= 0 && since <= askedAgainMs + spacingMs;
  }

  examine(): [] {
    return [];
  }
}
