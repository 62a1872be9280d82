import { regularText } from './read-regular.ts';

/** Parses a JSON text; `undefined` if it is none. */
export function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Parses a JSON object; `null` if the text is none. */
export function objectIn(text: string): Readonly<Record<string, unknown>> | null {
  const value = jsonIn(text);
  return isObject(value) ? value : null;
}

/** Letters. */
const longestBanner = 10_000;

/**
 * Parses the JSON that a program prints after lines for people: Hermes 0.20 may print a banner before it
 * (hermes-agent#99285). `undefined` if there is none.
 */
export function jsonBehindBanner(text: string): unknown {
  const whole = jsonIn(text);
  if (whole !== undefined || !/[}\]]\s*$/.test(text.slice(-100))) return whole;
  // A banner is short: in a long text of another kind no line is tried after these.
  for (const { index } of [...text.slice(0, longestBanner).matchAll(/^[{[]/gm)].slice(0, 20)) {
    const rest = jsonIn(text.slice(index));
    if (rest !== undefined) return rest;
  }
  return undefined;
}

/**
 * Reads a JSON file of this program.
 * @param parse returns `null` for a value of another shape
 * @param limit the file is not read beyond it; bytes
 * @returns `null` if no file can be read there, or it holds something else
 */
export function readJson<Value>(path: string, parse: (value: unknown) => Value | null, limit?: number): Value | null {
  return parse(jsonIn(regularText(path, limit) ?? ''));
}

/** Decides whether a value is a JSON object. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Decides whether a value is a text that is not empty. */
export function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
