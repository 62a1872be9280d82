/** A part of a digest as people read it, before it is laid out. All texts are free of control characters. */
export type Block =
  | { readonly kind: 'title'; readonly text: string }
  /** `command`: what to paste then; it is never broken into lines. */
  | { readonly kind: 'note'; readonly text: string; readonly command?: string }
  /** The last cell of a row may be long; the others are names and times. */
  | { readonly kind: 'list'; readonly title: string; readonly rows: Rows; readonly more: More | null }
  /** What a command does, and the command, to paste. `title`: `null` if it belongs to the block before it. */
  | { readonly kind: 'paste'; readonly title: string | null; readonly text: string; readonly command: string }
  /** The first row holds the names of the columns; the first column holds names, the others numbers. */
  | { readonly kind: 'table'; readonly title: string; readonly rows: Rows; readonly more: More | null };

export type Rows = readonly (readonly string[])[];

/** How many rows were left out, and the command that shows all. */
export interface More {
  readonly count: number;
  readonly command: string;
}

/** Returns a list of at most so many rows, the first ones; none for no rows. */
export function listOf(title: string, rows: Rows, atMost: number, showsAll: string): readonly Block[] {
  if (rows.length === 0) return [];
  const kept = firstOf(rows, atMost);
  const count = rows.length - kept.length;
  return [{ kind: 'list', title, rows: kept, more: count === 0 ? null : { count, command: showsAll } }];
}

/** Returns the first ones of a list that is too long. */
export function firstOf<One>(list: readonly One[], atMost: number): readonly One[] {
  // A line that says that one more is there would take the place of that one.
  return list.length <= atMost + 1 ? list : list.slice(0, atMost);
}
