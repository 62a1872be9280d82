/**
 * Returns `2026-07-01T09:00:00Z`, the form of times in the registry, in whole seconds.
 * @param ms since 1970
 */
export function isoSeconds(ms: number): string {
  return dateOf(Math.floor(ms / 1000) * 1000)
    .toISOString()
    .replace('.000Z', 'Z');
}

/**
 * Returns `2026-07-01T09:00:30.000Z`, the form of times in JSON.
 * @param ms since 1970
 */
export function isoMillis(ms: number): string {
  return dateOf(ms).toISOString();
}

/** The farthest time that a date can hold; ms since 1970. */
const farthestMs = 8.64e15;

/** Returns the date; a time that none can hold, such as one that another program wrote, becomes the nearest. */
function dateOf(ms: number): Date {
  return new Date(Math.max(-farthestMs, Math.min(farthestMs, ms)));
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

/** Returns `-` for nothing, `<1m`, `12m`, `3h05m` or `49h20m`, rounded down, for people who compare or add them. */
export function hoursAndMinutes(ms: number): string {
  if (ms <= 0) return '-';
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 60) return span(ms);
  return `${Math.floor(minutes / 60)}h${String(minutes % 60).padStart(2, '0')}m`;
}

/** Returns how many minutes local time is ahead of UTC at a time; ms since 1970. */
export type Zone = (ms: number) => number;

/**
 * Returns a time as people read it: `21:30` within a day, then `Sat 21:30`, then `14 Nov 21:30`, and with its year
 * where that is not the nearest such day. Times are ms since 1970.
 */
export function localTime(ms: number, now: number, zone: Zone): string {
  const local = new Date(ms + zone(ms) * 60_000);
  const time = local.toISOString().slice(11, 16);
  if (Math.abs(now - ms) < dayMs) return time;
  if (Math.abs(now - ms) < 6 * dayMs) return `${days[local.getUTCDay()]} ${time}`;
  const day = `${local.getUTCDate()} ${months[local.getUTCMonth()]}`;
  return Math.abs(now - ms) < halfYearMs ? `${day} ${time}` : `${day} ${local.getUTCFullYear()} ${time}`;
}

/** Returns `UTC`, `UTC+2` or `UTC-3:30`. */
export function zoneName(minutes: number): string {
  if (minutes === 0) return 'UTC';
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return `UTC${minutes < 0 ? '-' : '+'}${hours}${rest === 0 ? '' : `:${String(rest).padStart(2, '0')}`}`;
}

export const dayMs = 24 * 60 * 60_000;
const halfYearMs = 182 * dayMs;
const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;
