import { asError } from '../system/errno.ts';
import { PassedTime } from '../system/passed-time.ts';
import type { Debounce } from './debounce.ts';

/** The outcome of one turn of a loop. */
export type Turn<Result> =
  | { readonly kind: 'passed'; readonly result: Result; readonly isLast: boolean }
  | { readonly kind: 'failed'; readonly error: Error; readonly isLast: boolean }
  /** No pass was due: something else happened. */
  | { readonly kind: 'woken'; readonly isLast: false };

/** Times are ms since 1970. */
export interface LoopPorts<Result> {
  readonly pass: (signal: AbortSignal) => Promise<Result>;
  /** Returns how many changes a pass found: hints that change nothing get fewer passes. */
  readonly changesIn: (result: Result) => number;
  /**
   * Returns when the next pass is due.
   * @param result `null`: the last pass failed
   */
  readonly nextAt: (passedAt: number, result: Result | null) => number;
  /** Returns when something that needs no pass is due. */
  readonly wakeAt?: () => number;
  /** The first turn from here on is the last one, and makes a pass. */
  readonly until?: number;
  readonly debounce: Debounce;
  readonly now: () => number;
}

/**
 * Runs passes, one at a time, for as long as the caller takes the turns, and until the signal aborts. The loop is
 * level-based: a hint says only "look again", so a lost or doubled hint costs nothing, and hints during a pass become
 * one more pass. A pass that failed is a turn like any other: the caller decides whether it ends the watch.
 */
export async function* loop<Result>(ports: LoopPorts<Result>, signal: AbortSignal): AsyncGenerator<Turn<Result>, void> {
  const { debounce, now, nextAt, wakeAt = () => Infinity, until = Infinity } = ports;
  let dueInMs = (): number => -Infinity;
  let passedAt = -Infinity;
  while (!signal.aborted) {
    const isLast = now() >= until;
    // A clock that was set back does not say how long ago the last pass was.
    const isSetBack = now() < passedAt;
    if (isLast || debounce.isDue || isSetBack || dueInMs() <= 0) {
      const turn = await passOnce(ports, isLast, signal);
      // A pass that the signal ended did not fail.
      if (turn.kind === 'failed' && signal.aborted) return;
      const endedAt = now();
      passedAt = endedAt;
      const result = turn.kind === 'passed' ? turn.result : null;
      const passed = new PassedTime(now);
      dueInMs = () => nextAt(endedAt, result) - endedAt - passed.ms;
      yield turn;
      if (isLast) return;
    } else yield { kind: 'woken', isLast: false };
    await debounce.rest(Math.min(dueInMs(), wakeAt() - now(), until - now()), signal);
  }
}

async function passOnce<Result>(
  { debounce, pass, changesIn }: LoopPorts<Result>,
  isLast: boolean,
  signal: AbortSignal,
): Promise<Turn<Result>> {
  debounce.begin();
  try {
    const result = await pass(signal);
    debounce.end(changesIn(result));
    return { kind: 'passed', result, isLast };
  } catch (error) {
    debounce.end(0);
    return { kind: 'failed', error: asError(error), isLast };
  }
}
