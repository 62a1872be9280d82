/**
 * Decides whether a moment is in quiet hours, by the clock on the wall of this host. An hour that the clock leaves out
 * is not there, and one that it repeats is quiet twice.
 * @param hours such as `22:00-07:00`; the end belongs to the day
 * @param at ms since 1970
 */
export function isQuiet(hours: string | null, at: number): boolean {
  if (hours === null) return false;
  const [from = 0, to = 0] = hours.split('-').map(minuteOf);
  const time = new Date(at);
  const minute = time.getHours() * 60 + time.getMinutes();
  return from < to ? minute >= from && minute < to : minute >= from || minute < to;
}

function minuteOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}
