const times = Number(process.env['PROPERTY_TIMES'] ?? 1);

/**
 * Returns the parameters of a property: the same worlds in each run of the tests, so that it never fails by chance;
 * others, and `PROPERTY_TIMES` as many, in the soak. A part below 1 takes the first of the same worlds.
 */
export function propertyRuns(numRuns: number): { readonly numRuns: number; readonly seed?: number } {
  return times > 1 ? { numRuns: numRuns * times } : { numRuns: Math.ceil(numRuns * times), seed: 8_324_117 };
}

/** The share of its cases that a long test tries: 1, or `PROPERTY_TIMES` if that is less. */
export const part = Math.min(1, times);

/** Returns `usual` of these, or `PROPERTY_TIMES` as many, spread evenly; the first is always among them. */
export function partOf<One>(all: readonly One[], usual = 1): readonly One[] {
  const share = Math.min(1, usual * times);
  return all.filter((_, at) => at % Math.round(1 / share) === 0);
}
