import {
  isAlias,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  type Document,
  type Node,
  type Pair,
  type YAMLMap,
} from 'yaml';
import { anchorsOf } from './anchors.ts';

/** A value, and how it came to stand under its key. */
export interface Found {
  readonly node: Node | null;
  readonly pair: Pair;
  /** `own`: written here; `alias`: `*name` stands here; `merge`: it comes by `<<` from elsewhere. */
  readonly via: 'own' | 'alias' | 'merge';
}

/** The value of a key in a mapping, through aliases and merge keys; `null` if it has none. */
export function lookUp(map: YAMLMap, key: string, doc: Document): Found | null {
  const pair = map.items.find((item) => keyText(item) === key);
  if (pair !== undefined) {
    const value = isNode(pair.value) ? pair.value : null;
    return isAlias(value) ? { node: resolved(value, doc), pair, via: 'alias' } : { node: value, pair, via: 'own' };
  }
  for (const source of mergedInto(map, doc)) {
    const found = lookUp(source, key, doc);
    if (found !== null) return { ...found, via: 'merge' };
  }
  return null;
}

/** The value at a path of keys, through aliases and merge keys; `null` where there is none. */
export function nodeAt(map: YAMLMap | null, path: readonly string[], doc: Document): Node | null {
  let node: Node | null = map;
  for (const key of path) {
    if (!isMap(node)) return null;
    node = lookUp(node, key, doc)?.node ?? null;
  }
  return node;
}

/** The mappings that `<<` brings in, the first one first. */
export function mergedInto(map: YAMLMap, doc: Document): YAMLMap[] {
  return map.items.filter(isMergeKey).flatMap((item) => {
    const value = isNode(item.value) ? resolved(item.value, doc) : null;
    const parts = isSeq(value) ? value.items.map((part) => (isNode(part) ? resolved(part, doc) : null)) : [value];
    return parts.filter((part) => isMap(part));
  });
}

/** `<<` as a plain word; quoted it is a key like others. */
export function isMergeKey(pair: Pair): boolean {
  return isScalar(pair.key) && pair.key.type === 'PLAIN' && pair.key.source === '<<';
}

export function resolved(node: Node, doc: Document): Node | null {
  return isAlias(node) ? (anchorsOf(doc).targets.get(node) ?? null) : node;
}

/** A key as it is written: `007` and `yes` are names. */
export function keyText(pair: Pair): string | null {
  if (!isPair(pair) || !isScalar(pair.key)) return null;
  return scalarText(pair.key);
}

/** A scalar's source text: the word that stands there, whatever YAML would make of it. `null` for null. */
export function scalarText(node: unknown): string | null {
  if (!isScalar(node) || node.value === null) return null;
  if (typeof node.value === 'string') return node.value;
  return node.source ?? String(node.value);
}

/** Where the last thing that a node holds ends, comments and blank lines behind it left out. */
export function contentEnd(node: Node | null, fallback: number): number {
  if (node === null) return fallback;
  if ((isMap(node) || isSeq(node)) && node.flow !== true) {
    const last = node.items.at(-1);
    if (last === undefined) return node.range?.[1] ?? fallback;
    if (isPair(last)) {
      const keyEnd = isNode(last.key) ? contentEnd(last.key, fallback) : fallback;
      return Math.max(keyEnd, isNode(last.value) ? contentEnd(last.value, keyEnd) : keyEnd);
    }
    return isNode(last) ? contentEnd(last, node.range?.[1] ?? fallback) : fallback;
  }
  return node.range?.[1] ?? fallback;
}
