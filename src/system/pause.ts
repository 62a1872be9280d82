import { setTimeout as sleep } from 'node:timers/promises';

/** The longest time of a Node timer, 24 days; a longer one fires at once; ms. */
export const longestTimerMs = 2 ** 31 - 1;

/** Waits by the monotonic clock, because a timer may fire a millisecond early. */
export async function waitFully(ms: number, signal: AbortSignal): Promise<void> {
  const until = process.uptime() * 1_000 + ms;
  for (let left = ms; left > 0; left = until - process.uptime() * 1_000) await sleep(left, undefined, { signal });
}

/** Waits; returns `false` at once when the signal aborts. */
export async function pause(ms: number, signal: AbortSignal): Promise<boolean> {
  try {
    await sleep(Math.min(ms, longestTimerMs), undefined, { signal });
    return true;
  } catch {
    return false;
  }
}
