import { localTime, type Zone } from '../../core/words/time.ts';

/** The time zone of this process. */
export const localZone: Zone = (ms) => -new Date(ms).getTimezoneOffset();

/** Returns a function that words times in the user's own zone; ms since 1970. */
export function localTimes(now: number): (ms: number) => string {
  return (ms) => localTime(ms, now, localZone);
}
