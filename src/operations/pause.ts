import { setTimeout as sleep } from 'node:timers/promises';

/** Waits; answers `false` at once when the signal aborts. */
export async function pause(ms: number, signal: AbortSignal): Promise<boolean> {
  try {
    await sleep(ms, undefined, { signal });
    return true;
  } catch {
    return false;
  }
}
