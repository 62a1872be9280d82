import type { Entry } from './entry.ts';
import { isTouched } from './field-path.ts';

/**
 * Why the value at `path` of an entry cannot be edited: it, a mapping above it, or a value in it is an anchor that
 * others use, or has another shape than ours. `null` where it can.
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
