import type { Node } from 'yaml';
import { canonicalId } from '../core/model/entry.ts';
import { scalarText } from '../yaml/navigate.ts';

/** Matches how people, and programs in other languages, write that a field holds nothing. */
const nothing = /^\s*(none|null|nil|undefined|n\/?a|[-–—]+|~|)\s*$/i;

/** Matches words that may name something in other fields, but are no id of any agent. */
const noIdYet = /^\s*(tbd|todo|fixme|unknown|pending|\?+)\s*$/i;

/** Returns the word of a field; `null` if it holds nothing. */
export function wordIn(node: Node | null): string | null {
  const text = scalarText(node);
  return text === null || nothing.test(text) ? null : text;
}

/** Returns a name; `null` if the word says that the name is not known yet. */
export function nameIn(node: Node | null): string | null {
  const word = wordIn(node);
  return word === null || noIdYet.test(word) ? null : word;
}

/** Returns the id of a field, as ids are compared; `null` if there is none yet. */
export function idIn(node: Node | null): string | null {
  const name = nameIn(node)?.trim() ?? null;
  return name === null || isRemark(name) ? null : canonicalId(name);
}

/**
 * Decides whether a text is a remark of a person, such as `not yet` or `<none>`: no id has a blank or begins with a sign.
 * One with a digit may hold an id, and a single word may be the title of a conversation: they are kept as ids are.
 */
function isRemark(text: string): boolean {
  return /\s|^[^\p{L}\p{N}_]/u.test(text) && !/\d/.test(text);
}
