const times = process.env['PROPERTY_TIMES'];

/**
 * Returns the parameters of a property: the same worlds in each run of the tests, so that it never fails by chance;
 * others, and `PROPERTY_TIMES` as many, in the soak.
 */
export function propertyRuns(numRuns: number): { readonly numRuns: number; readonly seed?: number } {
  return times === undefined ? { numRuns, seed: 8_324_117 } : { numRuns: numRuns * Number(times) };
}
