/** Does a change at `path` change that field of an entry, dotted as in `pane.pid`, a part of it, or what it is part of? `''` is all of it. */
export function isTouched(field: string, path: readonly string[]): boolean {
  const dotted = path.join('.');
  return field === '' || field === dotted || dotted.startsWith(`${field}.`) || field.startsWith(`${dotted}.`);
}
