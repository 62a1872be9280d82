import * as z from 'zod';
import { readNumber, type Range } from '../system/set-variable.ts';

/**
 * Makes the property of a tool's input. It is optional and tolerant: numbers as text, `"on"`, a list as one text;
 * nonsense and a literal `${…}` count as not given. The schema has no limits, formats and defaults: a strict host would
 * refuse a call by them that this program understands.
 */
export function text(description: string) {
  return z.preprocess(readText, z.string().optional()).describe(description);
}

/** Makes a name or an id: unlike in a text that is posted, blanks around it mean nothing. */
function named(description: string) {
  return z.preprocess((value) => readText(value)?.trim(), z.string().optional()).describe(description);
}

export function toggle(description: string) {
  return z.preprocess(readToggle, z.boolean().optional()).describe(description);
}

/** Makes a count; a value out of range is clamped. */
export function count(description: string, range: Range) {
  return z.preprocess((value) => readNumber(value, range) ?? undefined, z.number().optional()).describe(description);
}

export function texts(description: string) {
  return z.preprocess(readTexts, z.array(z.string()).optional()).describe(description);
}

/** The card that a tool works; by default the caller's own. */
export const card = {
  task_id: named('the card; default: yours'),
  board: named("Hermes' slug of the board; default: yours"),
};

export const session = { session: named('only this session') };

function readText(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && isSet(value) ? value : undefined;
}

function readToggle(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value;
  if (value === 1 || value === 0) return value === 1;
  const word = typeof value === 'string' ? value.trim() : '';
  if (/^(true|yes|y|on|1)$/i.test(word)) return true;
  return /^(false|no|n|off|0)$/i.test(word) ? false : undefined;
}

function readTexts(value: unknown): readonly string[] | undefined {
  const items: readonly unknown[] = Array.isArray(value) ? value : typeof value === 'string' ? value.split(',') : [];
  const read = items.flatMap((item) => (typeof item === 'string' && isSet(item) ? [item.trim()] : []));
  return read.length === 0 ? undefined : read;
}

/** Decides whether a value is set: a host without that variable leaves the template as it is. */
function isSet(value: string): boolean {
  const trimmed = value.trim();
  return trimmed !== '' && !/^\$\{.*\}$/.test(trimmed);
}
