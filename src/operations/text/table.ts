/** Lays the rows out in columns of the same width on a terminal, two blanks between; the last column is not padded. */
export async function table(
  rows: readonly (readonly string[])[],
  show: (cell: string, column: number) => string,
): Promise<string> {
  const cellsOf = await measure(rows.flat());
  const widths: number[] = [];
  for (const row of rows)
    row.forEach((cell, column) => (widths[column] = Math.max(widths[column] ?? 0, cellsOf(cell))));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => {
        const pad = column === row.length - 1 ? '' : ' '.repeat((widths[column] ?? 0) - cellsOf(cell));
        return show(cell, column) + pad;
      })
      .join('  ')
      .trimEnd();
  return rows.map(line).join('\n');
}

/** Matches letters and signs of one cell each, without combining marks: ASCII, Latin, phonetic. */
const narrow = /^[\x20-\x7e\xa1-\xac\xae-\u02ff]*$/;

/**
 * Returns a function that counts the cells of a text on a terminal. The segmenter of Unicode costs 30 ms: only wide or
 * joined letters need it.
 */
async function measure(texts: readonly string[]): Promise<(text: string) => number> {
  if (texts.every((text) => narrow.test(text))) return (text) => text.length;
  const { default: stringWidth } = await import('string-width');
  return stringWidth;
}
