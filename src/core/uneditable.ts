import type { Entry } from './entry.ts';

/**
 * Why the value at `path` of an entry cannot be edited: it, a mapping above it, or a value in it is an anchor that
 * others use, or has another shape than ours. `null` where it can.
 */
export function uneditable(
  { shared, misshapen }: Pick<Entry, 'shared' | 'misshapen'>,
  path: readonly string[],
): string | null {
  const dotted = path.join('.');
  const isTouched = (one: string): boolean =>
    one === '' || one === dotted || dotted.startsWith(`${one}.`) || one.startsWith(`${dotted}.`);
  const anchor = shared.find(isTouched);
  if (anchor !== undefined) return `${anchor === '' ? 'the entry' : anchor} is an anchor that others use`;
  const strange = misshapen.find((one) => isTouched(one.path));
  return strange === undefined ? null : `${strange.path} is ${strange.words}`;
}
