import { RegistryError } from '../errors.ts';
import { makeFold } from './fold.ts';

/** What the loop needs of one pass. Times are ms since 1970. */
export interface LoopPass {
  /** When something held back or deferred is due; `null` if nothing is. */
  readonly comeBackAt: number | null;
  /** Some workspace runs so many sessions that the poll slows down. */
  readonly crowded: boolean;
  /** How many changes it found: tells whether hints are worth their looks. */
  readonly changes: number;
}

export interface LoopPorts {
  /** One pass and its telling. What it throws is tried again; but for a RegistryError only once one has succeeded. */
  readonly pass: (signal: AbortSignal) => Promise<LoopPass>;
  /** Once an interval, and at once when the card may have changed. Answers why the run is over, if it is. */
  readonly isOver: (signal: AbortSignal) => Promise<Over | null>;
  readonly heartbeat: (signal: AbortSignal) => Promise<unknown>;
  /** A pass failed otherwise than the one before. */
  readonly onTrouble: (error: Error) => void;
  readonly now: () => number;
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

/** One pass at a time; hints that come meanwhile are one more pass. */
export function makeLoop(ports: LoopPorts): Loop {
  const fold = makeFold();
  let askCard = true;
  const past: Past = { hasPassed: false, trouble: null };

  async function run(signal: AbortSignal): Promise<Over | null> {
    let next: LoopPass = { comeBackAt: null, crowded: false, changes: 0 };
    let passedAt = -Infinity;
    let askedAt = -Infinity;
    let beatAt = ports.now();
    while (!signal.aborted) {
      const interval = ports.intervalMs ?? (next.crowded ? crowdedIntervalMs : usualIntervalMs);
      const dueAt = Math.min(passedAt + interval, next.comeBackAt ?? Infinity);
      if (fold.isDue() || ports.now() >= dueAt) {
        // Hints may come every second, and a board may be a process to start: it is asked in its own time.
        if (ports.now() >= dueAt) askCard = true;
        fold.begin();
        next = (await tryPass(ports, past, signal)) ?? { ...next, comeBackAt: null, changes: 0 };
        passedAt = ports.now();
        fold.end(next.changes);
      }
      if (askCard || ports.now() >= askedAt + interval) {
        askCard = false;
        askedAt = ports.now();
        const over = await ports.isOver(signal);
        if (over !== null) return over;
      }
      if (ports.now() >= beatAt + ports.heartbeatMs) {
        beatAt = ports.now();
        await ports.heartbeat(signal);
      }
      const times = [passedAt + interval, next.comeBackAt ?? Infinity, askedAt + interval, beatAt + ports.heartbeatMs];
      await fold.rest(Math.min(...times) - ports.now(), signal);
    }
    return null;
  }

  return {
    hint: fold.hint,
    cardHint: () => {
      askCard = true;
      fold.wake();
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
