import type { Node } from 'yaml';
import { canonicalId } from '../core/model/entry.ts';
import { scalarText } from '../yaml/navigate.ts';

/** How people, and programs in other languages, write that a field holds nothing. */
const nothing = /^\s*(none|null|nil|undefined|n\/?a|[-–—]+|~|)\s*$/i;

/** Names elsewhere, but no id of any agent. */
const noIdYet = /^\s*(tbd|todo|unknown|pending|\?+)\s*$/i;

/** The word of a field; `null` where it holds nothing. */
export function wordIn(node: Node | null): string | null {
  const text = scalarText(node);
  return text === null || nothing.test(text) ? null : text;
}

/** A word that names something, and stands for nothing where it says that this is not known yet. */
export function nameIn(node: Node | null): string | null {
  const word = wordIn(node);
  return word === null || noIdYet.test(word) ? null : word;
}

/** The id of a field, as ids are compared; `null` where there is none yet. */
export function idIn(node: Node | null): string | null {
  const name = nameIn(node);
  return name === null ? null : canonicalId(name.trim());
}
