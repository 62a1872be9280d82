import fc from 'fast-check';
import { test } from 'vitest';
import { partOf, propertyRuns } from '../core/property-runs.ts';
import { mutated } from './mutated.ts';
import { targets } from './targets/index.ts';

/** `npm run soak` tries more of them. */
const runs = propertyRuns(125);

for (const { name, seeds, check } of targets) {
  test(`${name}: texts that are almost right`, { timeout: 1_200_000 }, async () => {
    for (const seed of partOf(seeds)) await check(seed);
    const property = fc.asyncProperty(mutated(seeds), async (text) => check(text));
    await fc.assert(property, runs);
  });
}
