import type { Entry } from './entry.ts';
import { isTouched } from './field-path.ts';

/**
 * Says why the value at `path` of an entry cannot be edited: other places use the anchor of the value, of a mapping
 * above it or of a value in it, or it has a wrong shape. `null` if it can be edited.
 */
export function uneditable(
  { shared, misshapen }: Pick<Entry, 'shared' | 'misshapen'>,
  path: readonly string[],
): string | null {
  const anchor = shared.find((one) => isTouched(one, path));
  if (anchor !== undefined) return `${anchor === '' ? 'the entry' : anchor} is an anchor that others use`;
  const strange = misshapen.find((one) => isTouched(one.path, path));
  return strange === undefined ? null : `${strange.path} is ${strange.words}`;
}
