import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { partOf } from '../core/property-runs.ts';
import { countBlocks, type TakeRan } from './ran-blocks.ts';
import { search } from './search.ts';

/** How long to look for new texts, for each parser; `npm test` tries only those of the corpus again. */
const seconds = Number(process.env['FUZZ_SECONDS'] ?? 0);
const take: TakeRan | null = seconds > 0 ? await countBlocks() : null;
const { targets } = await import('./targets/index.ts');

for (const target of targets) {
  const path = fileURLToPath(new URL(`corpus/${target.name}.json`, import.meta.url));
  test(`${target.name}: every text of the corpus`, { timeout: 300_000 + seconds * 2_000 }, async () => {
    const known = existsSync(path) ? textsIn(path) : [];
    for (const text of partOf([...target.seeds, ...known])) await target.check(text);
    if (take === null) return;
    const { texts, tried } = await search(target, known, seconds * 1_000, take);
    console.log(`${target.name}: ${tried} texts tried, ${texts.length} kept`);
    writeFileSync(path, `${JSON.stringify(texts, null, 1)}\n`);
  });
}

function textsIn(path: string): readonly string[] {
  const texts: unknown = JSON.parse(readFileSync(path, 'utf8'));
  expect(texts).toSatisfy((list) => Array.isArray(list) && list.every((one) => typeof one === 'string'));
  return texts as readonly string[];
}
