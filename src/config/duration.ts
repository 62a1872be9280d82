import ms from 'ms';
import type { StringValue } from 'ms';

/** A hundred years: a longer time is a slip, and soon no date can hold its end; ms. */
const longestMs = 36_525 * 24 * 3_600_000;

/**
 * Parses `30s`, `8h`, `1.5 m`, `1h30m`; returns ms, `null` for anything else. A bare number is refused: its unit is not
 * clear, and so is more than a hundred years.
 */
export function parseDuration(text: string): number | null {
  if (!/^(\d+(\.\d+)?\s*(ms|s|m|h|d)\s*)+$/.test(text.trim())) return null;
  const parts = text.match(/[\d.]+\s*[a-z]+/g) ?? [];
  const total = Math.round(parts.reduce((sum, part) => sum + ms(part as StringValue), 0));
  return total <= longestMs ? total : null;
}

/**
 * Says in plain words which durations are taken.
 * @param least ms
 */
export function durationExpected(least: number): string {
  const such = least < ms('1d') ? '30s or 5m' : '14d';
  return `a duration such as ${such}, from ${ms(least)} to ${ms(longestMs)}`;
}
