import { RegistryError } from '../errors.ts';
import type { BoardLane } from './board-lane.ts';

/** What the loop needs of one pass. Times are ms since 1970. */
export interface LoopPass {
  /** When something held back or deferred is due; `null` if nothing is. */
  readonly comeBackAt: number | null;
  /** Some workspace runs so many sessions that the poll slows down. */
  readonly crowded: boolean;
}

export interface LoopPorts {
  /** @throws RegistryError where the registry cannot be read or written: tried again. */
  readonly pass: (signal: AbortSignal) => Promise<LoopPass>;
  /** Told of each pass, never waited for. */
  readonly lane: BoardLane;
  /** When a news that is held back may be told: after one more look; `null` if none is. */
  readonly heldUntil: () => number | null;
  /** A registry that could not be read or written this time. */
  readonly onTrouble: (error: RegistryError) => void;
  readonly now: () => number;
  /** Resolves after so many ms, or when `wake` is called, or when the signal aborts. */
  readonly sleep: (ms: number, wake: Promise<void>, signal: AbortSignal) => Promise<void>;
  /** Explicit interval; `null`: 30 s, or 60 s where a workspace is crowded. */
  readonly intervalMs: number | null;
}

export type Over =
  | { readonly kind: 'stopped'; readonly at: number }
  | { readonly kind: 'completed'; readonly reason: string }
  | { readonly kind: 'ended'; readonly reason: string };

export interface Loop {
  /** "Look again now": folded into one more pass. */
  readonly hint: () => void;
  /** Something came about beside the passes. */
  readonly wake: () => void;
  /** Passes until the run is over; `null` if the signal came first. */
  readonly run: (signal: AbortSignal) => Promise<Over | null>;
}

const usualIntervalMs = 30_000;
const crowdedIntervalMs = 60_000;
/** Nobody is served by looking again sooner. */
const shortestPauseMs = 50;

/** One pass at a time; hints that come meanwhile are one more pass. */
export function makeLoop(ports: LoopPorts): Loop {
  const { lane } = ports;
  let look = true;
  let wake: () => void = () => undefined;

  async function run(signal: AbortSignal): Promise<Over | null> {
    let next = { comeBackAt: null as number | null, crowded: false };
    let passedAt = 0;
    while (!signal.aborted) {
      const passAt = nextPassAt(passedAt, next, ports);
      if (look || ports.now() >= passAt) {
        look = false;
        next = (await tryPass(ports, signal)) ?? { ...next, comeBackAt: null };
        passedAt = ports.now();
        lane.passed();
      }
      lane.beat();
      const over = lane.over();
      if (over !== null) return over;
      if (look) continue;
      const dueAt = Math.min(nextPassAt(passedAt, next, ports), lane.beatAt());
      const woken = new Promise<void>((resolve) => (wake = resolve));
      await ports.sleep(Math.max(shortestPauseMs, dueAt - ports.now()), woken, signal);
    }
    await lane.idle();
    return null;
  }

  return {
    hint: () => {
      look = true;
      wake();
    },
    wake: () => wake(),
    run,
  };
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
  const interval = intervalMs ?? (crowded ? crowdedIntervalMs : usualIntervalMs);
  return Math.min(passedAt + interval, comeBackAt ?? Infinity, waits);
}

async function tryPass(ports: LoopPorts, signal: AbortSignal): Promise<LoopPass | null> {
  try {
    return await ports.pass(signal);
  } catch (error) {
    if (signal.aborted) return null;
    if (!(error instanceof RegistryError)) throw error;
    ports.onTrouble(error);
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
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
    void wake.then(done);
    if (signal.aborted) done();
  });
}
