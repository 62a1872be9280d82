/** Writes a word as systemd reads it: `%` begins a specifier, and an escape is C's. */
export function quoted(word: string): string {
  return `"${word.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('%', '%%')}"`;
}

/** Writes a command; there a `$` would be a variable. */
export function commandLine(words: readonly string[]): string {
  return words.map((word) => quoted(word).replaceAll('$', '$$$$')).join(' ');
}

/** The command of a unit, with its PATH and other variables. */
export interface UnitCommand {
  readonly words: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Reads the command of a unit, of `setup` or written by hand; no words if it starts nothing.
 * @param home stands for `%h`
 */
export function readUnit(text: string, home: string): UnitCommand {
  // A line that ends with a backslash goes on.
  const lines = text.replace(/\\\r?\n/g, ' ').split(/\r?\n/);
  const valuesOf = (key: string) =>
    lines.flatMap((line) => (line.startsWith(`${key}=`) ? [line.slice(key.length + 1)] : []));
  const [program = '', ...args] = wordsOf(valuesOf('ExecStart').at(-1) ?? '', home);
  const assigned = valuesOf('Environment').flatMap((value) => wordsOf(value, home));
  return {
    // Marks before the program say how it is started.
    words:
      program === '' ? [] : [program, ...args].map((word, at) => (at === 0 ? word.replace(/^[@:+!-]+/, '') : word)),
    env: Object.fromEntries(assigned.map((word) => [word.split('=', 1)[0] ?? '', word.slice(word.indexOf('=') + 1)])),
  };
}

function wordsOf(value: string, home: string): readonly string[] {
  const found = value.matchAll(/"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|(\S+)/g);
  return [...found].map(([, double, single, bare]) => unescaped(double ?? single ?? bare ?? '', home));
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', s: ' ' };

function unescaped(word: string, home: string): string {
  return word
    .replace(/\\(.)/g, (_, letter: string) => escapes[letter] ?? letter)
    .replace(/%([%h])/g, (_, letter: string) => (letter === 'h' ? home : '%'))
    .replaceAll('$$', '$');
}
