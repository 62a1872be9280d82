import ms from 'ms';
import type { StringValue } from 'ms';

/** `30s`, `8h`, `1.5 m` in ms; `null` for anything else. A bare number is refused: nobody knows its unit. */
export function parseDuration(text: string): number | null {
  if (!/^\d+(\.\d+)?\s*(ms|s|m|h|d)$/.test(text.trim())) return null;
  return Math.round(ms(text.trim() as StringValue));
}
