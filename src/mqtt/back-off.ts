const shortestMs = 500;
const longestMs = 10_000;
/** Who has been away for an hour is not back within seconds. */
const patientAfterMs = 60 * 60_000;
const patientMs = 60_000;
/** A connection that lasted so long was a good one. */
const goodMs = 10_000;

/** How long to wait before the next attempt: doubled each time, and half of it by chance, so that hosts do not come all at once. */
export interface BackOff {
  /** @param lastedMs how long the connection that ended now had lasted; 0 if there was none. @returns ms */
  next(lastedMs: number): number;
}

/** @param random 0 to 1. @param now ms since 1970. */
export function makeBackOff(random: () => number, now: () => number): BackOff {
  let failures = 0;
  let failingSince: number | null = null;
  return {
    next: (lastedMs) => {
      if (lastedMs >= goodMs) {
        failures = 0;
        failingSince = null;
      }
      failingSince ??= now();
      const isPatient = now() - failingSince >= patientAfterMs;
      const most = isPatient ? patientMs : Math.min(longestMs, shortestMs * 2 ** failures);
      failures += 1;
      return most * (0.5 + random() / 2);
    },
  };
}
