import { expect, test } from 'vitest';
import { partOf } from '../core/property-runs.ts';
import { targets } from './targets/index.ts';

/** Letters of the shorter text; the longer one has four times as many. In the soak that is 1 MB. */
const letters = Number(process.env['FUZZ_LETTERS'] ?? 8_000);
/** What repeats, in the middle of a text that is taken. */
const pieces = [
  '',
  '[',
  '[{',
  '{"a":',
  '\\',
  '"',
  '"\\"',
  ' ',
  '\n',
  '\t',
  '\0',
  '`',
  '``x` ',
  'a',
  '- ',
  '&a ',
  '*a, ',
  '@a/',
  'not ',
];
/** Four times the time would be linear, and sixteen times quadratic. */
const most = 11;
/** So little is too short to be measured; ms of the processor. The square of the letters would take seconds. */
const little = 100;
const tries = 5;

for (const { name, seeds, parse } of targets) {
  test(`${name}: the time grows with the text, not with its square`, { timeout: 600_000 }, async () => {
    const pairs = seeds.slice(0, 2).flatMap((seed) => pieces.map((piece) => [piece, seed] as const));
    for (const [piece, seed] of partOf(pairs)) {
      const growth = await growthOf(parse, (length) => grown(seed, piece, length));
      expect(growth, JSON.stringify([piece, seed])).toBeLessThan(most);
    }
  });
}

/** Returns how much longer a text of four times the letters takes: the shortest of several times of each. */
async function growthOf(parse: (text: string) => unknown, text: (length: number) => string): Promise<number> {
  let [short, long] = [Infinity, Infinity];
  for (let tried = 0; tried < tries; tried += 1) {
    long = Math.min(long, await timeOf(parse, text(4 * letters)));
    if (long < little) return 0;
    short = Math.min(short, await timeOf(parse, text(letters)));
    if (long / short < most) break;
  }
  return long / short;
}

/** Returns the seed with the piece in its middle, again and again; the whole seed again and again if it is empty. */
function grown(seed: string, piece: string, length: number): string {
  if (piece === '') return seed.repeat(Math.ceil(length / seed.length)).slice(0, length);
  const half = seed.length >> 1;
  return seed.slice(0, half) + piece.repeat(Math.ceil(length / piece.length)) + seed.slice(half);
}

/** Returns how long the processor works on it; ms. */
async function timeOf(parse: (text: string) => unknown, text: string): Promise<number> {
  const before = process.cpuUsage();
  await parse(text);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}
