import { expect, test } from 'vitest';
import type { Band } from '../../../src/core/timeline/bands.ts';
import { joinShort } from '../../../src/core/timeline/join-short.ts';

const span = { from: 0, to: 250_000 };

/** Returns bands that follow each other, so many ms long each. */
function bandsOf(parts: readonly (readonly [Band['what'], number])[]): readonly Band[] {
  let at = 0;
  return parts.map(([what, ms]) => ({ what, from: at, to: (at += ms) }));
}

/** 200 times: works for 300 ms, waits for 100 ms. */
const busy = Array.from({ length: 200 }, () => [['working', 300] as const, ['waiting', 100] as const]).flat();

test('a row with few bands stays as it is', () => {
  const bands = bandsOf(busy.slice(0, 250));
  expect(joinShort(bands, span)).toBe(bands);
});

test('bands that no track can tell apart become one, which says what took most of the time', () => {
  const bands = bandsOf(busy);
  const joined = joinShort(bands, span);
  expect(joined.slice(0, 2)).toEqual([
    { from: 0, to: 1_100, what: 'working', of: 5 },
    { from: 1_100, to: 2_300, what: 'working', of: 6 },
  ]);
  expect(joined.length).toBeLessThanOrEqual(250);
  expect(joined.at(-1)?.to).toBe(bands.at(-1)?.to);
  expect(joined.reduce((sum, { of = 1 }) => sum + of, 0)).toBe(bands.length);
  for (const [index, { to }] of joined.slice(0, -1).entries()) expect(joined[index + 1]?.from).toBe(to);
});

test('what is long stays, and time that nothing is known of is never joined', () => {
  const bands = bandsOf([['waiting', 1_500], ['unwatched', 10], ['working', 10], ['idle', 20], ['gone', 5], ...busy]);
  expect(joinShort(bands, span).slice(0, 4)).toEqual([
    bands[0],
    bands[1],
    { from: 1_510, to: 1_540, what: 'idle', of: 2 },
    bands[4],
  ]);
});
