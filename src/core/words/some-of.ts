/**
 * Returns names as one text; many are cut to the first ones and a count: `a, b, c and 27 others`.
 * @param atMost how many may be named
 */
export function someOf(names: readonly string[], atMost = 6): string {
  // A count of one would take the place of the name.
  if (names.length <= atMost + 1) return names.join(', ');
  return `${names.slice(0, atMost).join(', ')} and ${names.length - atMost} others`;
}
