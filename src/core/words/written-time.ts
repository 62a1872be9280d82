/** What a time that a person wrote can mean; ms since 1970. */
export interface WrittenTime {
  /** The exact time; `null` if the text names no zone or no time of the day. */
  readonly exact: number | null;
  /** The latest time that the text can mean in any zone; `null` if that cannot be told. */
  readonly latest: number | null;
}

const hourMs = 3_600_000;
/** No zone is further behind UTC than this (Baker Island). */
const furthestBehindMs = 12 * hourMs;

/** Reads a time as people write it. Without a zone the text tells no exact time, because any zone may be meant. */
export function writtenTime(text: string): WrittenTime {
  const day = /^\s*(\d{4}-\d\d-\d\d)\s*$/.exec(text)?.[1];
  if (day !== undefined) return vague(Date.parse(`${day}T00:00:00Z`) + 24 * hourMs);
  const clock = text.search(/\d:\d\d/);
  if (clock === -1) return unknown;
  // `01/07/2026` is a day of January or of July.
  if (/\b\d{1,2}([./-])\d{1,2}\1\d{2,4}\b/.test(text)) return unknown;
  const plain = asIso(text.trim());
  const isIso = /^\d{4}-\d\d-\d\dT/.test(plain);
  if (zone.test(text.trimEnd().slice(clock))) return exact(Date.parse(plain));
  // Without a zone Date.parse would take this machine's.
  return vague(Date.parse(isIso ? `${plain}Z` : `${plain} UTC`));
}

/** Matches a zone; an offset only at the end, where it cannot be the day of a date. */
const zone = /(?:z|utc|gmt|[ecmp][sd]t)\b|(?<!-\d\d)[+-]\d\d(?::?\d\d)?$/i;
const unknown: WrittenTime = { exact: null, latest: null };

/** Rewrites `2026-07-01 09:00:00,5 +0200` into a form that Date.parse reads; other forms stay as they are. */
function asIso(text: string): string {
  const parts = /^(\d{4}-\d\d-\d\d)(?:\s+|t)(\d\d:\d\d(?::\d\d)?)(?:[.,](\d+))?\s*(.*)$/i.exec(text);
  if (parts === null) return text;
  const [, day = '', time = '', fraction, rest = ''] = parts;
  const offset = /^([+-]\d\d):?(\d\d)?$/.exec(rest);
  const ending = offset === null ? rest.replace(/^(?:z|utc|gmt)$/i, 'Z') : `${offset[1]}:${offset[2] ?? '00'}`;
  return `${day}T${time}${fraction === undefined ? '' : `.${fraction}`}${ending}`;
}

function exact(at: number): WrittenTime {
  return Number.isNaN(at) ? unknown : { exact: at, latest: at };
}

function vague(inUtc: number): WrittenTime {
  return Number.isNaN(inUtc) ? unknown : { exact: null, latest: inUtc + furthestBehindMs };
}
