import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers/promises';
import { setImmediate as immediate } from 'node:timers/promises';
import { vi } from 'vitest';

const realTimeout = globalThis.setTimeout;

/**
 * The one clock of the simulated world. Timers and `performance` follow a clock that is never set; `Date` is the wall
 * clock, which can be. Files and child processes stay real: a step of the clock ends only when they are done.
 */
export class Clock {
  #began: number;

  /** @param wall ms since 1970 */
  constructor(wall: number) {
    const toFake = ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'] as const;
    vi.useFakeTimers({ now: wall, toFake: [...toFake] });
    // As Node does: no timer fires at once, or it would fire again and again within one moment.
    const fake = globalThis.setTimeout;
    vi.stubGlobal('setTimeout', (done: () => void, ms = 1, ...given: []) =>
      fake(done, Math.max(1, Math.trunc(ms)), ...given),
    );
    vi.spyOn(timers, 'setTimeout').mockImplementation(sleep);
    syncBuiltinESMExports();
    this.#began = performance.now();
  }

  /** How long the simulation runs, by the clock that is never set; ms. */
  get elapsed(): number {
    return performance.now() - this.#began;
  }

  /** The time that programs are told; ms since 1970. */
  readonly wall = (): number => Date.now();

  /** Sets the wall clock, as a person, a time server, or the end of a machine's sleep does. */
  set(by: number): void {
    vi.setSystemTime(Date.now() + Math.round(by));
  }

  /** Goes on to the next timer, and lets all that follows from it happen. */
  async step(): Promise<void> {
    vi.advanceTimersToNextTimer();
    await settled();
  }

  /** Takes all timers away: their process was killed. */
  forget(): void {
    const { elapsed } = this;
    const wall = this.wall();
    // It also sets both clocks back to their beginning.
    vi.clearAllTimers();
    vi.setSystemTime(wall);
    this.#began = performance.now() - elapsed;
  }

  stop(): void {
    vi.unstubAllGlobals();
    vi.useRealTimers();
    vi.restoreAllMocks();
    syncBuiltinESMExports();
  }
}

/** What Node names while a file operation or a child process is under way. */
const underWay = /^FSReq|^ProcessWrap$|CloseReq$/i;
/** The work of one turn may begin the next operation only some turns later. */
const quietTurns = 4;

/** Resolves once no file operation and no child process is under way. */
export async function settled(): Promise<void> {
  for (let quiet = 0; quiet < quietTurns; quiet += 1) {
    await immediate();
    if (!process.getActiveResourcesInfo().some((kind) => underWay.test(kind))) continue;
    quiet = -1;
    await new Promise((resolve) => realTimeout(resolve, 1));
  }
}

/** The `setTimeout` of `node:timers/promises`, on the simulated clock. */
function sleep(ms = 1, value: unknown = undefined, { signal }: { readonly signal?: AbortSignal | undefined } = {}) {
  return new Promise<unknown>((resolve, reject) => {
    const abort = (): void => {
      clearTimeout(timer);
      reject(new DOMException('The operation was aborted', 'AbortError'));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort);
      resolve(value);
    }, ms);
    signal?.addEventListener('abort', abort, { once: true });
    if (signal?.aborted === true) abort();
  });
}
