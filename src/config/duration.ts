import ms from 'ms';
import type { StringValue } from 'ms';

/**
 * Parses `30s`, `8h`, `1.5 m`, `1h30m`; returns ms, `null` for anything else. A bare number is refused: its unit is not
 * clear.
 */
export function parseDuration(text: string): number | null {
  if (!/^(\d+(\.\d+)?\s*(ms|s|m|h|d)\s*)+$/.test(text.trim())) return null;
  const parts = text.match(/[\d.]+\s*[a-z]+/g) ?? [];
  return Math.round(parts.reduce((sum, part) => sum + ms(part as StringValue), 0));
}
