import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { intervalMs, type Host } from '../host.ts';
import type { SimulatedDay } from '../simulated-day.ts';

/** A step is a timer that fires: a pass has some, and its followers and the broker have some of their own. */
const stepsEach = 12;

/** While nothing happens the work follows the passes, and the passes follow the interval. */
export async function isQuiet(day: SimulatedDay, ms: number): Promise<void> {
  const { host } = day;
  const before = workOf(host, day.steps);
  await day.run(ms, false);
  const now = workOf(host, day.steps);
  const most = Math.ceil(ms / intervalMs) + 1;
  expect(now.passes - before.passes, 'passes while nothing happened').toBeLessThanOrEqual(most);
  expect(now.steps - before.steps, 'timers while nothing happened').toBeLessThanOrEqual(most * stepsEach);
  expect(now.text, 'the registry while nothing happened').toBe(before.text);
}

function workOf({ observations, path }: Host, steps: number) {
  return { passes: observations, steps, text: readFileSync(path, 'utf8') };
}
