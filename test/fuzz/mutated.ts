import fc from 'fast-check';
import { anyLetter } from '../any-letter.ts';

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
  'toString',
  'valueOf',
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

/** In so many places a text may be changed. */
const steps = 100_000;

/** What may stand where a number stood. */
const numbers = ['0', '-1', '0.5', '1e15', '1e999', '8640000000001', '9007199254740993', 'null', '"1"', '[]', '{}'];

interface Change {
  readonly at: number;
  readonly drop: number;
  readonly put: string;
  readonly donor: string;
  readonly from: number;
  readonly copies: number;
  /** The whole word or id at the place makes room for the new one, and a number for this one. */
  readonly replaces: boolean;
  readonly number: string;
}

/**
 * Makes texts that are almost like one of the samples: parts are dropped, doubled, moved, put in, and taken from another
 * sample.
 * @param words what a text of that kind may hold, beside the pieces at which every parser stumbles
 */
export function mutated(samples: readonly string[], words: readonly string[] = []): fc.Arbitrary<string> {
  const sample = fc.constantFrom(...samples);
  // `fc.double` takes each float as often as any other, and most of them are next to 0.
  const part = fc.nat(steps).map((step) => step / steps);
  const change: fc.Arbitrary<Change> = fc.record({
    at: part,
    drop: fc.oneof(fc.constant(0), fc.nat(3), fc.nat(200)),
    put: fc.oneof(fc.constant(''), fc.constantFrom(...nasty, ...words), fc.string({ unit: anyLetter, maxLength: 8 })),
    donor: sample,
    from: part,
    copies: fc.constantFrom(0, 0, 0, 1, 3),
    replaces: fc.boolean(),
    number: fc.constantFrom(...numbers),
  });
  return fc
    .tuple(sample, fc.oneof(fc.array(change, { minLength: 1, maxLength: 2 }), fc.array(change, { maxLength: 5 })))
    .map(([text, changes]) => changes.reduce(applied, text));
}

const longestWord = 100;

function applied(text: string, { at, drop, put, donor, from, copies, replaces, number }: Change): string {
  const place = Math.floor(at * text.length);
  if (replaces) {
    const [before = ''] = /[\w.+-]*$/.exec(text.slice(Math.max(0, place - longestWord), place)) ?? [];
    const [behind = ''] = /^[\w.+-]*/.exec(text.slice(place, place + longestWord)) ?? [];
    const isNumber = /^-?\d[\d.e+-]*$/.test(before + behind);
    return text.slice(0, place - before.length) + (isNumber ? number : put) + text.slice(place + behind.length);
  }
  const source = Math.floor(from * donor.length);
  const piece = donor.slice(source, source + 40).repeat(copies);
  return text.slice(0, place) + put + piece + text.slice(place + drop);
}
