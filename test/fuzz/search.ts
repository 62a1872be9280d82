import fc from 'fast-check';
import { mutated } from './mutated.ts';
import { RanBlocks, type TakeRan } from './ran-blocks.ts';
import type { Target } from './targets/target.ts';

/** Longer texts are tried, but neither kept nor changed further. */
const longest = 2_000;
/** So many texts are tried before the blocks are looked at, which takes some 7 ms. */
const batchSize = 64;
const newest = 20;
/** How long to look for a shorter text at which a target fails; ms. */
const shrinkMs = 10_000;

/**
 * Looks for texts at which a target fails, for that long. A text that makes a block run which had not run before is kept,
 * and changed further.
 * @returns the shortest texts that make every block run that was seen to run, and how many were tried
 * @throws the fault, with the shortest text at which it was seen
 */
export async function search(
  { seeds, check }: Target,
  known: readonly string[],
  ms: number,
  take: TakeRan,
): Promise<{ readonly texts: readonly string[]; readonly tried: number }> {
  const ran = new RanBlocks();
  let tried = 0;
  const kept: string[] = [];
  const words = [...new Set([...seeds].join('\n').split(/[\s"',:{}[\]=]+/))].filter((word) => word.length > 1);

  async function keep(batch: readonly string[]): Promise<void> {
    for (const text of batch) await attempt(check, text);
    const seen = await take();
    if (!ran.add(seen, batch.length === 1)) return;
    const [only, ...more] = batch;
    if (more.length === 0) {
      if (only !== undefined && only.length <= longest) kept.push(only);
      return;
    }
    await keep(batch.slice(0, batch.length / 2));
    await keep(batch.slice(batch.length / 2));
  }

  await take();
  for (const text of [...seeds, ...known]) await keep([text]);
  const until = performance.now() + ms;
  while (performance.now() < until) {
    const texts = fc.oneof(mutated(kept, words), mutated(kept.slice(-newest), words));
    await keep(fc.sample(texts, batchSize));
    tried += batchSize;
  }
  return { texts: await distilled(kept, check, take), tried };
}

/** Checks a text; if it fails, looks for the shortest text at which it does. */
async function attempt(check: Target['check'], text: string): Promise<void> {
  try {
    await check(text);
  } catch (fault) {
    const letters = fc.string({ unit: 'binary', maxLength: Math.max(text.length, 1), size: 'max' });
    const property = fc.asyncProperty(letters, async (shorter) => check(shorter));
    const limits = { numRuns: 1, interruptAfterTimeLimit: shrinkMs };
    const { counterexample } = await fc.check(property, { examples: [[text]], ...limits }).catch(() => noExample);
    const shortest = counterexample?.[0] ?? text;
    throw new Error(`fails at ${JSON.stringify(shortest)}`, { cause: fault });
  }
}

const noExample = { counterexample: null };

async function distilled(kept: readonly string[], check: Target['check'], take: TakeRan): Promise<readonly string[]> {
  const ran = new RanBlocks();
  const needed: string[] = [];
  await take();
  for (const text of kept.toSorted((one, other) => one.length - other.length)) {
    await check(text);
    if (ran.add(await take(), true)) needed.push(text);
  }
  return needed;
}
