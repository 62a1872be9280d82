import headless from '@xterm/headless';

/** Neighbouring cells of a terminal's line that look the same. */
export interface Run {
  /** The first cell; 0 is the left edge. */
  readonly x: number;
  /** How many cells it takes. */
  readonly width: number;
  readonly text: string;
  /** Names of the looks, such as `bold` and `c1` (colour 1 of the terminal's palette). */
  readonly looks: readonly string[];
}

/** The lines of a screen, without the empty ones at its end. */
export type Screen = readonly (readonly Run[])[];

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** Returns what a terminal of that size shows for this text with its colours. */
export async function screenOf(text: string, { columns, rows }: Size): Promise<Screen> {
  const terminal = new headless.Terminal({ cols: columns, rows, allowProposedApi: true, convertEol: true });
  await new Promise<void>((resolve) => terminal.write(text, resolve));
  const lines = Array.from({ length: rows }, (_, y) => runsOf(terminal, y));
  terminal.dispose();
  return lines.slice(0, lines.findLastIndex((runs) => runs.length > 0) + 1);
}

function runsOf({ buffer, cols }: headless.Terminal, y: number): readonly Run[] {
  const line = buffer.active.getLine(y);
  const runs: Run[] = [];
  for (let x = 0; line !== undefined && x < cols; x += 1) {
    const cell = line.getCell(x);
    const width = cell?.getWidth() ?? 0;
    // The right half of a wide character.
    if (cell === undefined || width === 0) continue;
    const one = { x, width, text: cell.getChars() || ' ', looks: looksOf(cell) };
    const last = runs.at(-1);
    if (last !== undefined && last.looks.join() === one.looks.join()) {
      runs[runs.length - 1] = { ...last, width: last.width + width, text: last.text + one.text };
    } else runs.push(one);
  }
  return runs.flatMap(trimmed);
}

/** Takes the blanks at both ends away: without a background they cannot be seen. */
function trimmed(run: Run): Run[] {
  const start = run.text.length - run.text.trimStart().length;
  const text = run.text.trim();
  const ends = run.text.length - text.length;
  return text === '' ? [] : [{ ...run, text, x: run.x + start, width: run.width - ends }];
}

function looksOf(cell: headless.IBufferCell): readonly string[] {
  const looks = [cell.isBold() && 'bold', cell.isDim() && 'dim', cell.isFgPalette() && `c${cell.getFgColor()}`];
  return looks.filter((look) => look !== false && look !== 0);
}
