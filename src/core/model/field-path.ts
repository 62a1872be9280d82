/**
 * Decides whether a change at `path` changes that field of an entry, dotted as in `pane.pid`, a part of it, or a field
 * that holds it. `''` is all of it.
 */
export function isTouched(field: string, path: readonly string[]): boolean {
  const dotted = path.join('.');
  return field === '' || field === dotted || dotted.startsWith(`${field}.`) || field.startsWith(`${dotted}.`);
}
