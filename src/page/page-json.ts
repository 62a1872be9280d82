import { clean } from '../core/words/text.ts';

/**
 * Writes what people read as clean JSON: session names and comments are other programs' texts. A part that is the same
 * object as before is not written again.
 */
export class PageJson {
  readonly #texts = new WeakMap<object, string>();

  /** Returns the text of an object whose parts may be known already. */
  of(whole: Readonly<Record<string, unknown>>): string {
    return `{${Object.entries(whole)
      .map(([name, part]) => `${JSON.stringify(name)}:${this.#part(part)}`)
      .join(',')}}`;
  }

  #part(part: unknown): string {
    if (typeof part !== 'object' || part === null) return cleanJson(part);
    const text = this.#texts.get(part) ?? cleanJson(part);
    this.#texts.set(part, text);
    return text;
  }
}

/** Writes JSON in which no control character acts. */
export function cleanJson(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => (typeof part === 'string' ? cleanLines(part) : part));
}

/** Keeps line breaks and tabs: a comment and a script have several lines. */
function cleanLines(text: string): string {
  return text.replaceAll('\r\n', '\n').replaceAll(/[^\n\t]+/g, clean);
}
