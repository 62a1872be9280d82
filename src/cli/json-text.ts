/**
 * Returns one line of JSON in which no control character stands raw. JSON itself escapes only those below U+0020; a
 * terminal acts on DEL and the second set (U+0080 to U+009F) too.
 */
export function jsonText(value: unknown): string {
  return JSON.stringify(value).replaceAll(
    /[\u007f-\u009f]/g,
    (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
