import { durationExpected, parseDuration } from '../config/duration.ts';
import { clean } from '../core/words/text.ts';
import { UsageError } from '../errors.ts';
import type { Flag, FlagValue } from '../operations/operation.ts';

/**
 * Parses the text that the shell gave for a flag into the value that its operation expects.
 * @throws UsageError that names what is expected.
 */
export function parseValue(flag: Flag, text: string, now: number): string | number {
  const { value } = flag;
  if (value === undefined) throw new Error(`--${flag.name} takes no value`);
  const parsed = parse(value, text, now);
  if (value.kind === 'time' && typeof parsed === 'number')
    assertDirection(flag.name, value.direction, parsed - now, text);
  if (parsed !== null) return parsed;
  throw new UsageError(`--${flag.name} does not take ${clean(JSON.stringify(text))}`, {
    cure: value.kind === 'choice' && value.otherwise !== undefined ? value.otherwise : `give it ${expected(value)}`,
  });
}

/** @param aheadMs how far the time is ahead of now */
function assertDirection(name: string, direction: 'back' | 'on', aheadMs: number, text: string): void {
  if (direction === 'on' && aheadMs <= 0) {
    throw new UsageError(`--${name} names a time that is over: ${clean(text)}`, {
      cure: 'give it a time to come, or a duration such as 2h',
    });
  }
  if (direction === 'back' && aheadMs > 0) {
    throw new UsageError(`--${name} names a time to come: ${clean(text)}`, {
      cure: 'give it a time that is over, or a duration such as 2h',
    });
  }
}

export function placeholder(value: FlagValue): string {
  switch (value.kind) {
    case 'text':
      return `<${value.placeholder}>`;
    case 'choice':
      return `<${value.placeholder ?? value.choices.join('|')}>`;
    case 'duration':
    case 'count':
      return `<${value.kind}>`;
    case 'time':
      return `<${[value.kind, ...(value.words ?? [])].join('|')}>`;
  }
}

function parse(value: FlagValue, text: string, now: number): string | number | null {
  switch (value.kind) {
    case 'text':
      return text === '' ? null : text;
    case 'choice':
      return value.choices.includes(text) ? text : null;
    case 'duration': {
      const duration = parseDuration(text);
      return duration !== null && duration >= value.least ? duration : null;
    }
    case 'count':
      return /^\d+$/.test(text) && Number(text) >= value.least && Number(text) <= (value.most ?? Infinity)
        ? Number(text)
        : null;
    case 'time':
      return value.words?.includes(text) === true ? text : parseTime(text, now, value.direction);
  }
}

/** Parses an ISO date or time, `18:30` (the next one or the last one), or a duration from now. */
function parseTime(text: string, now: number, direction: 'back' | 'on'): number | null {
  const sign = direction === 'back' ? -1 : 1;
  const duration = parseDuration(text);
  if (duration !== null) return now + sign * duration;
  const [, hours, minutes] = /^(\d{1,2}):(\d{2})$/.exec(text) ?? [];
  if (hours !== undefined && minutes !== undefined) {
    if (Number(hours) > 23 || Number(minutes) > 59) return null;
    const day = new Date(now);
    day.setHours(Number(hours), Number(minutes), 0, 0);
    if ((day.getTime() - now) * sign < 0) day.setDate(day.getDate() + sign);
    return day.getTime();
  }
  const [day] = /^\d{4}-\d{2}-\d{2}/.exec(text) ?? [];
  const time = Date.parse(text);
  return day === undefined || Number.isNaN(time) || !isInCalendar(day) ? null : time;
}

/** Decides whether there is such a day: JavaScript takes 2026-02-30 for the second of March. */
function isInCalendar(day: string): boolean {
  const midnight = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(day);
}

function expected(value: FlagValue): string {
  switch (value.kind) {
    case 'text':
      return 'some text';
    case 'choice':
      return `one of ${value.choices.join(', ')}`;
    case 'duration':
      return durationExpected(value.least);
    case 'count':
      return value.most === undefined
        ? `a whole number, at least ${value.least}`
        : `a whole number from ${value.least} to ${value.most}`;
    case 'time': {
      const words = (value.words ?? []).map((word) => `, or ${word}`).join('');
      return `a time such as 18:30 or 2026-07-01T18:30:00Z, or a duration such as 2h${words}`;
    }
  }
}
