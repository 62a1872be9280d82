/** Matches letters and signs of one cell each, without combining marks: ASCII, Latin, phonetic. */
const narrow = /^[\x20-\x7e\xa1-\xac\xae-\u02ff\u2026]*$/;

export interface Measure {
  /** Returns how many cells a text takes on a terminal. */
  readonly cellsOf: (text: string) => number;
  /** Returns the letters of a text as people count them. */
  readonly lettersOf: (text: string) => readonly string[];
}

/** Makes the measure of these texts. The segmenter of Unicode costs 30 ms: only wide or joined letters need it. */
export async function measure(texts: readonly string[]): Promise<Measure> {
  if (texts.every((text) => narrow.test(text)))
    return { cellsOf: (text) => text.length, lettersOf: (text) => text.split('') };
  const { default: stringWidth } = await import('string-width');
  const lettersOf = (text: string) => [...new Intl.Segmenter().segment(text)].map(({ segment }) => segment);
  return { cellsOf: stringWidth, lettersOf };
}
