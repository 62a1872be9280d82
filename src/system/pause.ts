import { setTimeout as sleep } from 'node:timers/promises';

/** Node's timers take no more, and fire at once where they are given more: 24 days. ms */
export const longestTimerMs = 2 ** 31 - 1;

/** Waits; returns `false` at once when the signal aborts. */
export async function pause(ms: number, signal: AbortSignal): Promise<boolean> {
  try {
    await sleep(Math.min(ms, longestTimerMs), undefined, { signal });
    return true;
  } catch {
    return false;
  }
}
