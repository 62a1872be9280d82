/**
 * Returns outside text that is safe to print: control characters, bidirectional overrides and line separators become
 * visible escapes (`\x1b`, `
 * `), everything else stays.
 */
export function clean(text: string): string {
  return text.replace(unprintable, escape);
}

/**
 * Matches C0, DEL, C1, the zero-width and bidirectional controls, line and paragraph separators, BOM, lone surrogates.
 */
const unprintable =
  // eslint-disable-next-line no-control-regex
  /[\u0000-\u001f\u007f-\u009f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

function escape(character: string): string {
  if (character === '\n') return '\\n';
  if (character === '\r') return '\\r';
  if (character === '\t') return '\\t';
  const code = character.charCodeAt(0);
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
}

/**
 * Quotes one word for a POSIX shell, `dash` too. Control characters are written as `printf` reads them, so that the
 * pasted text shows what it does. Only a word that ends with a line break needs `$'…'`, which bash, zsh and ksh read: a
 * command substitution drops it.
 */
export function shellQuote(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word) && !word.startsWith('=')) return word;
  if (clean(word) === word) return `'${word.replaceAll("'", `'\\''`)}'`;
  if (word.endsWith('\n')) return `$'${clean(word.replaceAll('\\', '\\\\')).replaceAll("'", "\\'")}'`;
  const format = word.replaceAll('\\', '\\\\').replaceAll('%', '%%').replaceAll("'", `'\\''`);
  // A dash in front would begin an option of `printf`.
  return `"$(printf '${format.replace(unprintable, octal).replace(/^-/, '\\055')}')"`;
}

/** Returns the bytes of a character as `printf` reads them: `\033`. */
function octal(character: string): string {
  const bytes = encodeURIComponent(/[\ud800-\udfff]/.test(character) ? '\ufffd' : character)
    .slice(1)
    .split('%');
  return bytes.map((byte) => `\\${Number.parseInt(byte, 16).toString(8).padStart(3, '0')}`).join('');
}

/**
 * Returns whole lines of at most `maxBytes` bytes of UTF-8 in all. The rest is counted in one line that `more` words.
 * If the first line is too long, its beginning is shown and it is counted with the rest.
 */
export function fitLines(lines: readonly string[], maxBytes: number, more: (count: number) => string): string {
  const whole = lines.join('\n');
  let bytes = byteLength(whole);
  if (bytes <= maxBytes) return whole;
  for (let kept = lines.length - 1; kept > 0; kept -= 1) {
    // Counted down, not measured anew: thousands of lines would take minutes.
    bytes -= byteLength(lines[kept] ?? '') + 1;
    const rest = more(lines.length - kept);
    if (bytes + 1 + byteLength(rest) <= maxBytes) return [...lines.slice(0, kept), rest].join('\n');
  }
  const rest = more(lines.length);
  const beginning = firstBytes(lines[0] ?? '', maxBytes - byteLength(`…\n${rest}`));
  return beginning === '' ? rest : `${beginning}…\n${rest}`;
}

/** Returns the text's beginning, of at most `maxBytes` bytes of UTF-8, with `…` where it was cut. */
export function cutTo(text: string, maxBytes: number): string {
  return byteLength(text) <= maxBytes ? text : `${firstBytes(text, maxBytes - byteLength('…'))}…`;
}

function firstBytes(text: string, maxBytes: number): string {
  let beginning = '';
  let bytes = 0;
  for (const character of text) {
    bytes += byteLength(character);
    if (bytes > maxBytes) break;
    beginning += character;
  }
  return beginning;
}

/** Returns the length in bytes of UTF-8. */
export function byteLength(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}

/** Returns the words of a list that is parted by blanks. */
export function wordsIn(list: string): ReadonlySet<string> {
  return new Set(list.split(/\s+/));
}
