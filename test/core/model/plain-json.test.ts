import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromJson, toJson } from '../../../src/core/model/plain-json.ts';
import { propertyRuns } from '../property-runs.ts';

const { data } = fc.letrec((tie) => ({
  data: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(null, undefined, true, /^(?<workspace>.+)-creator$/u),
    fc.string(),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0),
    fc.array(tie('data')),
    fc.array(fc.tuple(tie('data'), tie('data'))).map((pairs) => new Map(pairs)),
    fc.array(tie('data')).map((values) => new Set(values)),
    fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('$map', '$set', '$undefined', '$object', '$x')), tie('data'), {
      noNullPrototype: true,
    }),
  ),
}));

test('plain data comes back from a JSON text as it was', () => {
  fc.assert(
    fc.property(data, (written) => {
      expect(fromJson(JSON.parse(JSON.stringify(toJson(written))))).toStrictEqual(written);
    }),
    propertyRuns(2_000),
  );
});

test('what is no data is refused', () => {
  expect(() => toJson({ detect: () => [] })).toThrow('function is no plain data');
  expect(() => toJson([new Date()])).toThrow('object is no plain data');
  expect(() => toJson(Number.NaN)).toThrow('number is no plain data');
  expect(() => fromJson({ $date: 1 })).toThrow('$date is no mark of plain data');
  expect(() => fromJson({ $map: [1] })).toThrow('a map holds pairs');
});
