/**
 * Returns `2026-07-01T09:00:00Z`, the form of times in the registry, in whole seconds.
 * @param ms since 1970
 */
export function isoSeconds(ms: number): string {
  return new Date(Math.floor(ms / 1000) * 1000).toISOString().replace('.000Z', 'Z');
}

/**
 * Returns `2026-07-01T09:00:30.000Z`, the form of times in JSON.
 * @param ms since 1970
 */
export function isoMillis(ms: number): string {
  return new Date(ms).toISOString();
}

/** Returns `4 s`, rounded down, for people. */
export function wholeSeconds(ms: number): string {
  return `${Math.max(0, Math.floor(ms / 1000))} s`;
}

/** Returns `<1m`, `12m`, `3h` or `2d`, rounded down, for people. */
export function span(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return '<1m';
  if (minutes < 60) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours}h` : `${Math.floor(hours / 24)}d`;
}
