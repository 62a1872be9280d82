import { isMap, type Document, type YAMLMap } from 'yaml';
import { lookUp } from './navigate.ts';
import type { Writable } from './write-value.ts';

/**
 * Returns the tag before the value at a path of a mapping if `to` would not fit it; `null` if it fits, or there is no
 * tag. If the value comes by an alias or a merge key, the entry gets a value of its own: the tag stays where it is.
 */
export function misfittingTag(doc: Document, map: YAMLMap, path: readonly string[], to: Writable): string | null {
  const [key = '', ...rest] = path;
  const found = lookUp(map, key, doc);
  if (found === null || found.via !== 'own' || found.node === null) return null;
  if (rest.length > 0 && isMap(found.node)) return misfittingTag(doc, found.node, rest, to);
  const { tag } = found.node;
  if (tag === undefined) return null;
  const word = tag.replace(/^tag:yaml\.org,2002:/, '!!');
  const isFitting = fits[word] ?? (() => false);
  // If the value is no mapping, a mapping takes its place.
  return isFitting(rest.length > 0 ? {} : to) ? null : word;
}

/** The known tags, and the values that they fit. */
const fits: Readonly<Record<string, (value: Writable) => boolean>> = {
  '!': isText,
  '!!str': isText,
  '!!int': (value) => Number.isInteger(value),
  '!!float': (value) => typeof value === 'number',
  '!!bool': (value) => typeof value === 'boolean',
  '!!null': (value) => value === null,
  '!!timestamp': (value) => isText(value) && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(value),
  '!!seq': (value) => Array.isArray(value),
  '!!map': (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
};

function isText(value: Writable): value is string {
  return typeof value === 'string';
}
