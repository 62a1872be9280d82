import { setTimeout as sleep } from 'node:timers/promises';
import { longestTimerMs } from '../config/defaults.ts';

/** Waits; answers `false` at once when the signal aborts. */
export async function pause(ms: number, signal: AbortSignal): Promise<boolean> {
  try {
    await sleep(Math.min(ms, longestTimerMs), undefined, { signal });
    return true;
  } catch {
    return false;
  }
}
