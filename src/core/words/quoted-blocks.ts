/**
 * Drops the lines of a comment that quote: those that begin with `>`, and fenced blocks, also inside of list items
 * (CommonMark 0.31: 4.5 fences, 5.1 quotes, 5.2 list items). A dropped quote leaves an empty line.
 */
export function withoutBlocks(lines: readonly string[]): readonly string[] {
  const kept: string[] = [];
  /** The columns at which the text of the open list items begins, the outermost first. */
  let items: readonly number[] = [];
  let fence: string | null = null;
  for (const line of lines) {
    const indent = indentOf(line);
    const isEmpty = line.trim() === '';
    if (fence !== null) {
      if (isEmpty) continue;
      // A block ends with its list item, also without a closing fence.
      if (indent >= (items.at(-1) ?? 0)) {
        if (closes(line, fence, items.at(-1) ?? 0)) fence = null;
        continue;
      }
      fence = null;
    }
    if (!isEmpty) items = items.filter((column) => column <= indent);
    const { text, column, opened } = markersOf(line, items);
    items = [...items, ...opened];
    // Text that stands four columns further in is code, or goes on with a paragraph.
    const isBlock = column - (items.at(-1) ?? 0) < 4;
    fence = isBlock ? openedFence(text) : null;
    if (fence === null) kept.push(isBlock && text.startsWith('>') ? '' : line);
  }
  return kept;
}

/** Returns the columns before a line's first letter. */
function indentOf(line: string): number {
  return columnAfter(/^[ \t]*/.exec(line)?.[0] ?? '', 0);
}

/** Returns the column behind a text that begins at that column: a tab goes to the next column of four. */
function columnAfter(text: string, from: number): number {
  let column = from;
  for (const letter of text) column += letter === '\t' ? 4 - (column % 4) : 1;
  return column;
}

/**
 * Reads the list markers at the beginning of a line.
 * @returns the text behind them, its column, and the columns of the list items that they open
 */
function markersOf(line: string, items: readonly number[]) {
  let column = indentOf(line);
  let text = line.trimStart();
  const opened: number[] = [];
  for (;;) {
    const found = /^([-+*]|\d{1,9}[.)])([ \t]+)(?=\S)/.exec(text);
    if (found === null || column - (opened.at(-1) ?? items.at(-1) ?? 0) > 3) return { text, column, opened };
    const [whole = '', marker = '', blanks = ''] = found;
    const behind = column + marker.length;
    column = columnAfter(blanks, behind);
    // From five blanks on the item begins one blank behind its marker, with code.
    opened.push(column - behind > 4 ? behind + 1 : column);
    text = text.slice(whole.length);
  }
}

/** Returns the fence that a text opens. No backtick may follow opening backticks: that would be a code span. */
function openedFence(text: string): string | null {
  return /^(?:(`{3,})[^`]*|(~{3,}).*)$/.exec(text)?.slice(1).find(Boolean) ?? null;
}

/** Decides whether a line closes the fence of a block in an item whose text begins at that column. */
function closes(line: string, fence: string, column: number): boolean {
  const mark = /^\s*(`{3,}|~{3,})\s*$/.exec(line)?.[1];
  return mark !== undefined && indentOf(line) - column < 4 && mark[0] === fence[0] && mark.length >= fence.length;
}
