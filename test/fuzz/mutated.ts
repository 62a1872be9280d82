import fc from 'fast-check';

/** Pieces at which parsers stumble. */
const nasty = [
  '\0',
  '\x1b]0;x\x07',
  '\u202e',
  '\ud800',
  '\ufeff',
  '\r',
  '\r\n',
  '\n',
  '\t',
  '"',
  "'",
  '\\',
  '{',
  '}',
  '[',
  ']',
  ':',
  '&a',
  '*a',
  '<<: *a',
  '!!js/function x',
  '---',
  '...',
  '%',
  '#',
  '|',
  '-',
  '../',
  '$(x)',
  '`x`',
  '__proto__',
  'constructor',
  '1e999',
  '-0',
  '99999999999999999999',
  'NaN',
  'null',
  'true',
  '[['.repeat(2_000),
  '{"a":'.repeat(2_000),
  ' '.repeat(5_000),
  'a'.repeat(10_000),
  '\\'.repeat(3_000),
];

interface Change {
  readonly at: number;
  readonly drop: number;
  readonly put: string;
  readonly from: number;
  readonly copies: number;
}

const change: fc.Arbitrary<Change> = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  drop: fc.oneof(fc.constant(0), fc.nat(3), fc.nat(200)),
  put: fc.oneof(fc.constant(''), fc.constantFrom(...nasty), fc.string({ unit: 'binary', maxLength: 8 })),
  from: fc.double({ min: 0, max: 1, noNaN: true }),
  copies: fc.constantFrom(0, 0, 0, 1, 3),
});

/** Makes texts that are almost like one of the samples: parts are dropped, doubled, moved, and put in. */
export function mutated(samples: readonly string[]): fc.Arbitrary<string> {
  return fc
    .tuple(fc.constantFrom(...samples), fc.array(change, { maxLength: 4 }))
    .map(([sample, changes]) => changes.reduce(applied, sample));
}

function applied(text: string, { at, drop, put, from, copies }: Change): string {
  const place = Math.floor(at * text.length);
  const source = Math.floor(from * text.length);
  const piece = text.slice(source, source + 40).repeat(copies);
  return text.slice(0, place) + put + piece + text.slice(place + drop);
}
