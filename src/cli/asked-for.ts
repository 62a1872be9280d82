/** Finds the command before the words are parsed: how an error in the words is told depends on it. */
export function commandIn(words: readonly string[]): string | undefined {
  const valued = new Set(['--registry', '--config', '--log-level']);
  return words.find((word, index) => !word.startsWith('-') && !valued.has(words[index - 1] ?? ''));
}

/** Decides before the words are parsed whether JSON is wanted, so that an error in the words is told as JSON too. */
export function asksForJson(words: readonly string[]): boolean {
  const end = words.indexOf('--');
  const flags = end === -1 ? words : words.slice(0, end);
  return flags.includes('--json') || flags.includes('--emit-diff');
}
