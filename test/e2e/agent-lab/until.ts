import { until as untilWithin } from '../private-world.ts';

/** Polls for as long as an agent may take on a machine that is busy with other tests. */
export const until: typeof untilWithin = (what, ask, timeoutMs = 60_000, interval = 50) =>
  untilWithin(what, ask, timeoutMs, interval);
