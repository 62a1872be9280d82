import { longestTimerMs } from '../config/defaults.ts';
import { RegistryError } from '../errors.ts';

/** What the loop needs of one pass. Times are ms since 1970. */
export interface LoopPass {
  /** When something held back or deferred is due; `null` if nothing is. */
  readonly comeBackAt: number | null;
  /** Some workspace runs so many sessions that the poll slows down. */
  readonly crowded: boolean;
}

export interface LoopPorts {
  /** One pass and its telling. What it throws is tried again; but for a RegistryError only once one has succeeded. */
  readonly pass: (signal: AbortSignal) => Promise<LoopPass>;
  /** After each pass, and at once when the card may have changed. Answers why the run is over, if it is. */
  readonly isOver: (signal: AbortSignal) => Promise<Over | null>;
  readonly heartbeat: (signal: AbortSignal) => Promise<unknown>;
  /** A pass failed otherwise than the one before. */
  readonly onTrouble: (error: Error) => void;
  readonly now: () => number;
  /** Resolves after so many ms, or when `wake` is called, or when the signal aborts. */
  readonly sleep: (ms: number, wake: Promise<void>, signal: AbortSignal) => Promise<void>;
  /** Explicit interval; `null`: 30 s, or 60 s where a workspace is crowded. */
  readonly intervalMs: number | null;
  readonly heartbeatMs: number;
}

export type Over =
  | { readonly kind: 'stopped'; readonly at: number }
  | { readonly kind: 'completed'; readonly reason: string }
  | { readonly kind: 'ended'; readonly reason: string };

export interface Loop {
  /** "Look again now": folded into one more pass. */
  readonly hint: () => void;
  /** The card may have changed. */
  readonly cardHint: () => void;
  /** Passes until the run is over; `null` if the signal came first. */
  readonly run: (signal: AbortSignal) => Promise<Over | null>;
}

const usualIntervalMs = 30_000;
const crowdedIntervalMs = 60_000;
/** Nobody is served by looking again sooner. */
const shortestPauseMs = 50;

/** One pass at a time; hints that come meanwhile are one more pass. */
export function makeLoop(ports: LoopPorts): Loop {
  let look = true;
  let askCard = true;
  let wake: () => void = () => undefined;
  const past: Past = { hasPassed: false, trouble: null };

  async function run(signal: AbortSignal): Promise<Over | null> {
    let next = { comeBackAt: null as number | null, crowded: false };
    let passedAt = 0;
    let beatAt = ports.now();
    while (!signal.aborted) {
      const interval = ports.intervalMs ?? (next.crowded ? crowdedIntervalMs : usualIntervalMs);
      const passAt = Math.min(passedAt + interval, next.comeBackAt ?? Infinity);
      if (look || ports.now() >= passAt) {
        look = false;
        askCard = true;
        next = (await tryPass(ports, past, signal)) ?? { ...next, comeBackAt: null };
        passedAt = ports.now();
      }
      if (askCard) {
        askCard = false;
        const over = await ports.isOver(signal);
        if (over !== null) return over;
      }
      if (ports.now() >= beatAt + ports.heartbeatMs) {
        beatAt = ports.now();
        await ports.heartbeat(signal);
      }
      if (look || askCard) continue;
      const dueAt = Math.min(passedAt + interval, next.comeBackAt ?? Infinity, beatAt + ports.heartbeatMs);
      const woken = new Promise<void>((resolve) => (wake = resolve));
      await ports.sleep(Math.max(shortestPauseMs, dueAt - ports.now()), woken, signal);
    }
    return null;
  }

  return {
    hint: () => {
      look = true;
      wake();
    },
    cardHint: () => {
      askCard = true;
      wake();
    },
    run,
  };
}

interface Past {
  hasPassed: boolean;
  /** How the last pass failed. */
  trouble: string | null;
}

/** A disk that is full at night, or a defect that one odd file brings out, must not end the watch of all others. */
async function tryPass(ports: LoopPorts, past: Past, signal: AbortSignal): Promise<LoopPass | null> {
  try {
    const passed = await ports.pass(signal);
    past.hasPassed = true;
    past.trouble = null;
    return passed;
  } catch (error) {
    if (signal.aborted) return null;
    if (!(error instanceof Error) || (!past.hasPassed && !(error instanceof RegistryError))) throw error;
    if (error.message !== past.trouble) ports.onTrouble(error);
    past.trouble = error.message;
    return null;
  }
}

/** Sleeps so long, or until it is woken, or the signal aborts. ms */
export function wakeableSleep(ms: number, wake: Promise<void>, signal: AbortSignal): Promise<void> {
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
