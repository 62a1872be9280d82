import type { PassResult } from '../pass/pass.ts';
import { reportWithoutNews } from '../operations/pass-report.ts';
import type { Hint } from '../trigger/trigger.ts';
import type { Follower } from '../watch/follower.ts';
import type { Looks, Taker, Watcher } from './looks.ts';

/** Hands the passes of the monitor to the page beside it. */
export class PageFollower implements Follower, Looks {
  readonly trouble = null;
  readonly #watcher: Watcher;
  #hint: Hint = () => undefined;
  #taker: Taker | null = null;
  #last: PassResult | null = null;

  constructor(watcher: Watcher) {
    this.#watcher = watcher;
  }

  /**
   * Takes the hint that starts a pass of the monitor. A pass that wrote saw the registry as it was before, and the last
   * pass may be a minute old when the page is opened: another one follows at once, only while a browser shows the page.
   */
  hintWith(hint: Hint): void {
    this.#hint = hint;
  }

  begin(taker: Taker, signal: AbortSignal): void {
    this.#taker = taker;
    signal.addEventListener('abort', () => (this.#taker = null), { once: true });
    if (this.#last === null) return;
    void taker.looked(reportWithoutNews(this.#last));
    this.#hint();
  }

  /** Someone reads the page: it shows how to resume sessions that ended, which the monitor itself need not know. */
  get isRead(): boolean {
    return this.#taker !== null;
  }

  watcher(): Watcher {
    return this.#watcher;
  }

  passed(result: PassResult): void {
    this.#last = result;
    if (this.#taker === null) return;
    if (result.written) this.#hint();
    void this.#taker.looked(reportWithoutNews(result));
  }

  failed(error: Error): void {
    this.#taker?.failed(error);
  }

  beat(): void {
    // The page has beats of its own.
  }

  async close(): Promise<void> {
    // The page ends with the monitor, after its last words.
  }
}
