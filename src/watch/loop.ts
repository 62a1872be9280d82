import { defaults } from '../config/defaults.ts';
import { RegistryError } from '../errors.ts';
import type { BoardLane, Over } from './card-queue.ts';
import { makeHintFold } from './debounce.ts';

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
  /** What it throws is tried again; but for a RegistryError only once one has succeeded. */
  readonly pass: (signal: AbortSignal) => Promise<LoopPass>;
  /** Told of each pass, never waited for. */
  readonly lane: BoardLane;
  /** When a news that is held back may be told: after one more look; `null` if none is. */
  readonly heldUntil: () => number | null;
  /** A pass failed otherwise than the one before. */
  readonly onTrouble: (error: Error) => void;
  readonly now: () => number;
  /** Explicit interval; `null`: the default's, which is longer where a workspace is crowded. */
  readonly intervalMs: number | null;
}

export interface Loop {
  /** "Look again now": folded into one more pass. */
  readonly hint: () => void;
  /** Something came about beside the passes. */
  readonly wake: () => void;
  /** Passes until the run is over; `null` if the signal came first. */
  readonly run: (signal: AbortSignal) => Promise<Over | null>;
}

/** One pass at a time; hints that come meanwhile are one more pass. */
export function makeLoop(ports: LoopPorts): Loop {
  const { lane } = ports;
  const fold = makeHintFold();
  const past: Past = { hasPassed: false, trouble: null };

  async function run(signal: AbortSignal): Promise<Over | null> {
    let next: LoopPass = { comeBackAt: null, crowded: false, changes: 0 };
    let passedAt = -Infinity;
    while (!signal.aborted) {
      if (fold.isDue() || ports.now() >= nextPassAt(passedAt, next, ports)) {
        fold.begin();
        next = (await tryPass(ports, past, signal)) ?? { ...next, comeBackAt: null, changes: 0 };
        passedAt = ports.now();
        fold.end(next.changes);
        lane.passed();
      }
      lane.beat();
      const over = lane.over();
      if (over !== null) return over;
      await fold.rest(Math.min(nextPassAt(passedAt, next, ports), lane.beatAt()) - ports.now(), signal);
    }
    await lane.idle();
    return null;
  }

  return { hint: fold.hint, wake: fold.wake, run };
}

/** @param passedAt when the last pass ended; ms since 1970, like the answer */
export function nextPassAt(
  passedAt: number,
  { comeBackAt, crowded }: LoopPass,
  { intervalMs, heldUntil }: Pick<LoopPorts, 'intervalMs' | 'heldUntil'>,
): number {
  const held = heldUntil();
  // What was held back is told after this pass, and that may take the board its time.
  const waits = held !== null && held > passedAt ? held : Infinity;
  const interval = intervalMs ?? (crowded ? defaults.crowdedIntervalMs : defaults.intervalMs);
  return Math.min(passedAt + interval, comeBackAt ?? Infinity, waits);
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
