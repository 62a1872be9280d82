import { isoSeconds } from '../../core/words/time.ts';

/**
 * Says that nothing happened in a span that reaches to now, although something did before.
 * @param since ms since 1970
 */
export function nothingSince(since: number): string {
  return `nothing since ${isoSeconds(since)}`;
}
