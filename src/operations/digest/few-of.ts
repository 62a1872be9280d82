/** How many names of a list are shown in a sentence. */
const namedAtMost = 6;

/** Returns names as one text; many are cut to the first ones and a count. */
export function fewOf(names: readonly string[]): string {
  // A count of one would take the place of the name.
  const few = names.length <= namedAtMost + 1 ? names : names.slice(0, namedAtMost);
  const count = names.length - few.length;
  return [...few, ...(count === 0 ? [] : [`${count} more`])].join(', ');
}
