import { longestTimerMs } from '../system/pause.ts';
import type { Hint } from '../trigger/trigger.ts';

/** Several triggers tell of one event within this time; ms. */
const gatherMs = 15;
/** A pass that found more than one change has met a burst: the rest of it gets time to happen; ms. */
const burstMs = 500;
/**
 * The first pause after a hint for which a pass found nothing; the pauses grow, because terminals may open and close
 * all day; ms.
 */
const firstPauseMs = 100;
const longestPauseMs = 1_000;
/** After so long without a hint the next hint is answered at once; ms. */
const quietMs = 3_000;
/** The shortest rest without a hint: an earlier pass would show nothing new; ms. */
const shortestRestMs = 50;

/** Makes few passes of many hints: one pass runs, and one more is due. */
export class Debounce {
  #hintedAt: number | null = null;
  #endedAt = -Infinity;
  #pauseMs = 0;
  #emptyPauseMs = 0;
  #wasHinted = false;
  #isWoken = false;
  #isUrgent = false;
  #endSleep: () => void = () => undefined;

  /** Takes a hint. */
  readonly hint: Hint = (urgency) => {
    if (urgency === 'urgent' && !this.#isUrgent) {
      this.#isUrgent = true;
      this.#endSleep();
    }
    if (this.#hintedAt !== null) return;
    this.#hintedAt = now();
    if (this.#hintedAt - this.#endedAt > quietMs) this.#emptyPauseMs = 0;
    this.#endSleep();
  };

  /** Ends the rest for a reason that needs no pass. */
  readonly wake = (): void => {
    this.#isWoken = true;
    this.#endSleep();
  };

  /** Decides whether a pass is due because of hints. */
  get isDue(): boolean {
    return now() >= this.#dueAt();
  }

  /** Takes the beginning of a pass: it answers every hint until now. */
  begin(): void {
    this.#wasHinted = this.#hintedAt !== null;
    this.#hintedAt = null;
    this.#isUrgent = false;
  }

  /** Takes the end of the pass, which found so many changes. */
  end(changes: number): void {
    this.#endedAt = now();
    if (changes > 0) this.#emptyPauseMs = 0;
    else if (this.#wasHinted)
      this.#emptyPauseMs = Math.min(Math.max(firstPauseMs, this.#emptyPauseMs * 2), longestPauseMs);
    this.#pauseMs = changes > 1 ? burstMs : this.#emptyPauseMs;
  }

  /** Waits so long (ms), or until hints make a pass due, or `wake` is called, or the signal aborts. */
  async rest(ms: number, signal: AbortSignal): Promise<void> {
    const latest = now() + Math.max(ms, shortestRestMs);
    for (;;) {
      const left = Math.min(latest, this.#dueAt()) - now();
      if (this.#isWoken || signal.aborted || left <= 0) break;
      await this.#sleep(left, signal);
    }
    this.#isWoken = false;
  }

  #dueAt(): number {
    if (this.#hintedAt === null) return Infinity;
    const pauseMs = this.#isUrgent ? Math.min(this.#pauseMs, firstPauseMs) : this.#pauseMs;
    return Math.max(this.#hintedAt + gatherMs, this.#endedAt + pauseMs);
  }

  #sleep(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, Math.min(ms, longestTimerMs));
      this.#endSleep = done;
      signal.addEventListener('abort', done, { once: true });
      if (signal.aborted) done();
    });
  }
}

/** Returns the time of a clock that cannot be set back, so that no hint waits for an hour to come again; ms. */
function now(): number {
  return performance.now();
}
