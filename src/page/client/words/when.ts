import { span } from '../../../core/words/time.ts';

export { span };

const day = new Intl.DateTimeFormat(undefined, { weekday: 'short', day: 'numeric', month: 'short' });

/**
 * All times are shown in the time zone of the reader; ms since 1970. `Intl` takes so long for one time that a timeline
 * of 50 sessions would be late, so it words days only.
 */
export function clockOf(at: number): string {
  const date = new Date(at);
  return `${twoDigits(date.getHours())}:${twoDigits(date.getMinutes())}`;
}

export function secondsOf(at: number): string {
  return `${clockOf(at)}:${twoDigits(new Date(at).getSeconds())}`;
}

export function dayOf(at: number): string {
  const begin = beginOfDay(at);
  const word = days.get(begin) ?? day.format(at);
  days.set(begin, word);
  return word;
}

const days = new Map<number, string>();

export function isSameDay(one: number, other: number): boolean {
  return beginOfDay(one) === beginOfDay(other);
}

function beginOfDay(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0);
}

/** Returns `14:32`, with the day where that is not today's. */
export function momentOf(at: number, now: number): string {
  return isSameDay(at, now) ? clockOf(at) : `${dayOf(at)}, ${clockOf(at)}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}

/** Returns `3 s`, `12m`, `3h` for people; a moment ahead of the clock is now. */
export function ageOf(ms: number): string {
  return ms < 60_000 ? `${Math.max(0, Math.floor(ms / 1000))} s` : span(ms);
}

const minute = 60_000;
const hour = 60 * minute;
/** The step between the lines of the axis for each span; ms. */
const steps: Readonly<Record<number, number>> = { 1: 10 * minute, 6: hour, 24: 4 * hour, 168: 24 * hour };

/** Returns the moments that the axis names, on round hours of the reader's own clock. */
export function ticksOf(from: number, to: number): readonly { readonly at: number; readonly label: string }[] {
  const hours = Math.round((to - from) / hour);
  const step = steps[hours] ?? (to - from) / 6;
  const zone = new Date(to).getTimezoneOffset() * minute;
  const ticks: { at: number; label: string }[] = [];
  for (let at = Math.ceil((from - zone) / step) * step + zone; at < to; at += step) {
    ticks.push({ at, label: step < 24 * hour ? clockOf(at) : dayOf(at) });
  }
  return ticks;
}
