/**
 * Why the value at `path` of an entry cannot be edited: it, a mapping above it, or a value in it is an anchor. `null`
 * where it can.
 * @param shared the entry's anchors that others use, as dotted paths; `''` is the whole entry
 */
export function sharedAnchor(shared: readonly string[], path: readonly string[]): string | null {
  const dotted = path.join('.');
  const anchor = shared.find(
    (one) => one === '' || one === dotted || dotted.startsWith(`${one}.`) || one.startsWith(`${dotted}.`),
  );
  return anchor === undefined ? null : `${anchor === '' ? 'the entry' : anchor} is an anchor that others use`;
}
