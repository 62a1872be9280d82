/** A time as a person or a program wrote it. */
interface WrittenTime {
  /** ms since 1970. */
  readonly at: number;
  /** It names its zone. Without one it is read as UTC, and may be hours off. */
  readonly zoned: boolean;
}

/** Reads a time; a bare day tells none: taken for its midnight it would lie before what happened on it. */
export function readTime(text: string | null): WrittenTime | null {
  const word = text?.trim() ?? '';
  if (!/\d:\d\d/.test(word)) return null;
  const zoned = /(Z|\b(?:UTC|GMT)|[+-]\d\d(?::?\d\d)?)$/i.test(word);
  const iso = /^(\d{4}-\d\d-\d\d)[ tT](\d\d:\d\d(?::\d\d)?)[.,]?(\d*)\s*(.*)$/.exec(word);
  const at = Date.parse(iso === null ? utc(word, zoned) : isoText(iso));
  return Number.isNaN(at) ? null : { at, zoned };
}

function utc(word: string, zoned: boolean): string {
  return zoned ? word : `${word} UTC`;
}

function isoText([, day = '', time = '', fraction = '', zone = '']: RegExpExecArray): string {
  const digits = fraction === '' ? '' : `.${fraction.slice(0, 3)}`;
  const [, sign, hours, minutes = '00'] = /^([+-])(\d\d):?(\d\d)?$/.exec(zone) ?? [];
  const isUtc = /^(Z|UTC|GMT|)$/i.test(zone);
  return `${day}T${time}${digits}${isUtc ? 'Z' : sign === undefined ? ` ${zone}` : `${sign}${hours}:${minutes}`}`;
}
