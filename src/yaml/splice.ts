/** One change of a text. */
export interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The text with all changes made, from its end to its start, so that no range moves before its turn. */
export function applySplices(text: string, splices: readonly Splice[]): string {
  // Two insertions at one place keep their order.
  const order = splices.map((splice, index) => ({ splice, index }));
  order.sort((one, other) => other.splice.start - one.splice.start || other.index - one.index);
  let result = text;
  for (const { splice } of order) result = result.slice(0, splice.start) + splice.text + result.slice(splice.end);
  return result;
}
