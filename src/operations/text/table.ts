import { measure } from './cells.ts';

/** How a table is made to fit: columns are cut in this order, until it does. */
export interface Fit {
  /** The cells of a line on the terminal. */
  readonly width: number;
  readonly cuts: readonly Cut[];
}

export interface Cut {
  readonly column: number;
  /** The column gets no narrower; 0: it is left out whole. */
  readonly least: number;
  /** Where a cell loses letters: a name's beginning and end say most. */
  readonly from?: 'middle' | 'end';
}

/**
 * Lays the rows out in columns of the same width on a terminal, two blanks between; the last column is not padded.
 * @param show paints a cell of that column; the row is whole, the cell may be cut
 */
export async function table(
  rows: readonly (readonly string[])[],
  show: (cell: string, column: number, row: readonly string[]) => string,
  fit: Fit | null = null,
): Promise<string> {
  const { cellsOf, lettersOf } = await measure(rows.flat());
  const natural: number[] = [];
  for (const row of rows)
    row.forEach((cell, column) => (natural[column] = Math.max(natural[column] ?? 0, cellsOf(cell))));
  const widths = fit === null ? natural : fitted(natural, fit);
  const from = (column: number) => fit?.cuts.find((cut) => cut.column === column)?.from ?? 'end';
  const line = (row: readonly string[]) =>
    row
      .flatMap((whole, column) => {
        const width = widths[column] ?? 0;
        if (width === 0 && natural[column] !== 0) return [];
        const cell = cellsOf(whole) <= width ? whole : cut(lettersOf(whole), width, from(column), cellsOf);
        const pad = column === row.length - 1 ? '' : ' '.repeat(width - cellsOf(cell));
        return [show(cell, column, row) + pad];
      })
      .join('  ')
      .trimEnd();
  return rows.map(line).join('\n');
}

function fitted(natural: readonly number[], { width, cuts }: Fit): readonly number[] {
  const widths = [...natural];
  for (const { column, least } of cuts) {
    const now = widths[column] ?? 0;
    const over = widthOf(widths) - width;
    if (over <= 0) break;
    widths[column] = least === 0 ? 0 : Math.min(now, Math.max(least, now - over));
  }
  return widths;
}

/** Returns the width of a line; a column without width has no gap either. */
function widthOf(widths: readonly number[]): number {
  const shown = widths.filter((width) => width > 0);
  return shown.reduce((sum, width) => sum + width, 0) + 2 * Math.max(0, shown.length - 1);
}

/** Returns as much of a text as has room; `…` stands for the rest. */
function cut(
  letters: readonly string[],
  width: number,
  from: 'middle' | 'end',
  cellsOf: (text: string) => number,
): string {
  const rest = [...letters];
  const head: string[] = [];
  const tail: string[] = [];
  for (let room = width - 1; ;) {
    const takesTail = from === 'middle' && tail.length < head.length;
    const letter = (takesTail ? rest.pop() : rest.shift()) ?? '';
    room -= cellsOf(letter);
    if (letter === '' || room < 0) return `${head.join('')}…${tail.toReversed().join('')}`;
    (takesTail ? tail : head).push(letter);
  }
}
