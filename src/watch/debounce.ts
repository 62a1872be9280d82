import { longestTimerMs } from '../system/pause.ts';
import type { Hint } from '../trigger/trigger.ts';

/** What several triggers say of one event comes within so long; ms. */
const gatherMs = 15;
/** A look that found more than one change has met a burst: the rest of it is given time to happen; ms. */
const burstMs = 500;
/** Looks that find nothing after a hint leave growing pauses: somebody opens and closes terminals all day; ms. */
const firstPauseMs = 100;
const longestPauseMs = 1_000;
/** After so long without a hint the next one is believed at once; ms. */
const quietMs = 3_000;

/** Nobody is served by looking again sooner, unless there is a hint; ms. */
const shortestRestMs = 50;

/** Folds hints into looks: one that runs, and one that is due. */
export interface HintFold {
  readonly hint: Hint;
  /** Ends the rest, for a reason other than a look. */
  readonly wake: () => void;
  /** Is a look due because of hints? */
  isDue(): boolean;
  /** A look begins: it answers every hint up to here. */
  begin(): void;
  /** It has ended, having found so many changes. */
  end(changes: number): void;
  /** So long (ms), or until a look is due because of hints, or somebody wakes us, or the signal aborts. */
  rest(ms: number, signal: AbortSignal): Promise<void>;
}

/** By a clock that nobody sets: a hint must not wait for an hour to come again. */
export function makeHintFold(now: () => number = () => performance.now()): HintFold {
  let hintedAt: number | null = null;
  let endedAt = -Infinity;
  let pauseMs = 0;
  let emptyPauseMs = 0;
  let wasHinted = false;
  let woken = false;
  let endSleep: () => void = () => undefined;
  const dueAt = (): number => (hintedAt === null ? Infinity : Math.max(hintedAt + gatherMs, endedAt + pauseMs));
  return {
    hint: () => {
      if (hintedAt !== null) return;
      hintedAt = now();
      if (hintedAt - endedAt > quietMs) emptyPauseMs = 0;
      endSleep();
    },
    wake: () => {
      woken = true;
      endSleep();
    },
    isDue: () => now() >= dueAt(),
    begin: () => {
      wasHinted = hintedAt !== null;
      hintedAt = null;
    },
    end: (changes) => {
      endedAt = now();
      if (changes > 0) emptyPauseMs = 0;
      else if (wasHinted) emptyPauseMs = Math.min(Math.max(firstPauseMs, emptyPauseMs * 2), longestPauseMs);
      pauseMs = changes > 1 ? burstMs : emptyPauseMs;
    },
    rest: async (ms, signal) => {
      const latest = now() + Math.max(ms, shortestRestMs);
      for (;;) {
        const left = Math.min(latest, dueAt()) - now();
        if (woken || signal.aborted || left <= 0) break;
        await sleep(left, new Promise((resolve) => (endSleep = resolve)), signal);
      }
      woken = false;
    },
  };
}

/** Sleeps so long, or until it is woken, or the signal aborts. ms */
export function sleep(ms: number, wake: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, Math.min(ms, longestTimerMs));
    signal.addEventListener('abort', done, { once: true });
    void wake.then(done);
    if (signal.aborted) done();
  });
}
