/**
 * Returns what to write to a terminal that shows the lines `before`, so that it shows `after`: the lines that differ, each
 * at its place. Every line must be shorter than the terminal is wide: at the last cell, erasing to the end of the line
 * would take that cell.
 * @param before `null`: it is not known what the terminal shows
 */
export function screenChanges(before: readonly string[] | null, after: readonly string[]): string {
  const known = before ?? [];
  const wasLonger = after.length < known.length;
  return after
    .map((line, row) => {
      const isLast = row === after.length - 1;
      if (line === known[row] && !(isLast && wasLonger)) return '';
      return `${at(row)}${line}${isLast ? eraseBelow : eraseLine}`;
    })
    .join('');
}

const eraseLine = '\u001b[K';
const eraseBelow = '\u001b[J';

/** Moves to the beginning of a row. @param row counts from 0 */
function at(row: number): string {
  return `\u001b[${row + 1};1H`;
}
