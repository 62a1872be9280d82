import { until } from './private-world.ts';

/** Waits until a count has stayed the same for that time: only time shows that nothing happens. */
export async function untilQuiet(count: () => number, quietMs: number): Promise<void> {
  let last = count();
  let since = performance.now();
  await until('quiet', () => {
    const now = count();
    if (now !== last) [last, since] = [now, performance.now()];
    return performance.now() - since >= quietMs;
  });
}
