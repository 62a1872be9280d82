/** A part of a digest as people read it, before it is laid out. All texts are free of control characters. */
export type Block =
  | { readonly kind: 'title'; readonly text: string }
  | { readonly kind: 'note'; readonly text: string }
  /** The last cell of a row may be long; the others are names and times. */
  | { readonly kind: 'list'; readonly title: string; readonly rows: Rows; readonly more: More | null }
  /** What a command does, and the command, to paste. */
  | { readonly kind: 'paste'; readonly text: string; readonly command: string }
  /** The first row holds the names of the columns; the first column holds names, the others numbers. */
  | { readonly kind: 'table'; readonly title: string; readonly rows: Rows; readonly more: More | null };

export type Rows = readonly (readonly string[])[];

/** How many rows were left out, and the command that shows all. */
export interface More {
  readonly count: number;
  readonly command: string;
}

/**
 * Returns a list of at most so many rows; none for no rows.
 * @param weights one for each row: the heaviest rows are kept, in their order; without them the first ones
 */
export function listOf(
  title: string,
  rows: Rows,
  atMost: number,
  showsAll: string,
  weights: readonly number[] = rows.map((_, index) => -index),
): readonly Block[] {
  if (rows.length === 0) return [];
  // A line that says that one more row is there would take the place of that row.
  const kept = rows.length <= atMost + 1 ? rows : heaviest(rows, weights, atMost);
  const count = rows.length - kept.length;
  return [{ kind: 'list', title, rows: kept, more: count === 0 ? null : { count, command: showsAll } }];
}

function heaviest(rows: Rows, weights: readonly number[], count: number): Rows {
  const weightOf = (index: number): number => weights[index] ?? -Infinity;
  const order = rows.map((_, index) => index).toSorted((one, other) => weightOf(other) - weightOf(one));
  const kept = new Set(order.slice(0, count));
  return rows.filter((_, index) => kept.has(index));
}
