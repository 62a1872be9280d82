/** Finds the user's words in texts: case and runs of blanks do not count. */
export interface Matcher {
  /** Returns the words with what stands around them, on one line; `null`: they are not in the text. */
  readonly in: (text: string) => string | null;
  /** Returns the text with `mark` around each place where the words are. */
  readonly marked: (text: string, mark: (words: string) => string) => string;
}

/** So much is shown before and behind the words; characters. */
const around = { before: 30, behind: 70 };

/** @param words not blank */
export function makeMatcher(words: string): Matcher {
  const source = oneLine(words).replace(/[$()*+.?[\\\]^{|}/]/g, String.raw`\$&`);
  const first = new RegExp(source, 'iu');
  const every = new RegExp(source, 'giu');
  return {
    in: (text) => {
      const line = oneLine(text);
      const found = first.exec(line);
      return found === null ? null : excerpt(line, found.index, found.index + found[0].length);
    },
    marked: (text, mark) => text.replace(every, mark),
  };
}

/** Returns a text on one line, in the form in which texts are compared: macOS names files in another one. */
export function oneLine(text: string): string {
  return text.normalize('NFC').replace(/\s+/g, ' ').trim();
}

function excerpt(line: string, from: number, to: number): string {
  // Cut by characters: half of one is none.
  const before = Array.from(line.slice(Math.max(0, from - 2 * around.before), from))
    .slice(-around.before)
    .join('');
  const behind = Array.from(line.slice(to, to + 2 * around.behind))
    .slice(0, around.behind)
    .join('');
  const isCut = [before.length < from, to + behind.length < line.length];
  return `${isCut[0] ? '…' : ''}${before}${line.slice(from, to)}${behind}${isCut[1] ? '…' : ''}`;
}
