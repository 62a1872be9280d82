import { clean } from '../core/words/text.ts';
import type { Page } from '../operations/screen.ts';
import { measure, type Measure } from '../operations/text/cells.ts';
import type { Paint } from '../operations/text/paint.ts';

/** Matches what sets a colour. The brackets keep it among the parts that `split` returns. */
// eslint-disable-next-line no-control-regex
const color = /(\u001b\[[\d;]*m)/;

/**
 * Returns the lines of a page that fit, at most `height` of `width` cells each. The last one names the keys, and says how
 * many rows have no room.
 */
export async function screenLines(
  page: Page,
  { width, height }: { readonly width: number; readonly height: number },
  { keys: named, paint }: { readonly keys: string; readonly paint: Paint },
): Promise<readonly string[]> {
  const { lines, left } = fitting(page, height - 1);
  const keys = paint('dim', named);
  const last =
    left === 0 ? keys : `${paint('yellow', `${left} more: make the window taller`)} ${paint('dim', '·')} ${keys}`;
  const all = [...lines, last];
  const how = await measure(all.map(textOf));
  return all.map((line) => cutLine(line, width, how));
}

/** Leaves out what has no room: rows from the end, and of a foot that fills half the screen its middle. */
function fitting({ head, rows, foot }: Page, height: number): { lines: readonly string[]; left: number } {
  const most = Math.max(1, Math.floor(height / 2));
  const feet = foot.length <= most ? foot : [...foot.slice(0, most - 1), ...foot.slice(-1)];
  let room = height - head.length - feet.length;
  const count = rows.findIndex((row) => (room -= row.length) < 0);
  const shown = count === -1 ? rows : rows.slice(0, count);
  const lines = [...head, ...shown.flat(), ...feet];
  return { lines: height < 1 ? [] : lines.slice(-height), left: rows.length - shown.length };
}

function textOf(line: string): string {
  return line.split(color).filter(isText).join('');
}

function isText(_: string, index: number): boolean {
  return index % 2 === 0;
}

/** Cuts a line to so many cells; `…` stands for the rest. Its colours stay, and every other control character goes. */
function cutLine(line: string, width: number, { cellsOf, lettersOf }: Measure): string {
  const isWhole = cellsOf(clean(textOf(line))) <= width;
  let room = isWhole ? width : width - 1;
  let isCut = false;
  const parts = line.split(color).map((part, index) => {
    if (!isText(part, index)) return part;
    if (isWhole) return clean(part);
    const kept: string[] = [];
    for (const letter of lettersOf(clean(part))) {
      room -= cellsOf(letter);
      if (room < 0 && !isCut) kept.push('…');
      isCut ||= room < 0;
      if (isCut) break;
      kept.push(letter);
    }
    return kept.join('');
  });
  return parts.join('');
}
