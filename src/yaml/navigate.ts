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

/** A value, and how its key gets it. */
export interface FoundValue {
  readonly node: Node | null;
  readonly pair: Pair;
  /** `own`: written here; `alias`: by `*name`; `merge`: by `<<` from another mapping. */
  readonly via: 'own' | 'alias' | 'merge';
}

/** Returns the value of a key in a mapping, through aliases and merge keys; `null` if it has none. */
export function lookUp(map: YAMLMap, key: string, doc: Document): FoundValue | null {
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

/** Returns the value at a path of keys, through aliases and merge keys; `null` if there is none. */
export function nodeAt(map: YAMLMap | null, path: readonly string[], doc: Document): Node | null {
  let node: Node | null = map;
  for (const key of path) {
    if (!isMap(node)) return null;
    node = lookUp(node, key, doc)?.node ?? null;
  }
  return node;
}

/** Returns the mappings that `<<` brings in, in their order. */
export function mergedInto(map: YAMLMap, doc: Document): YAMLMap[] {
  return map.items.filter(isMergeKey).flatMap((item) => {
    const value = isNode(item.value) ? resolved(item.value, doc) : null;
    const parts = isSeq(value) ? value.items.map((part) => (isNode(part) ? resolved(part, doc) : null)) : [value];
    return parts.filter((part) => isMap(part));
  });
}

/** Decides whether a key is the plain word `<<`; quoted it is a key like others. */
export function isMergeKey(pair: Pair): boolean {
  return isScalar(pair.key) && pair.key.type === 'PLAIN' && pair.key.source === '<<';
}

export function resolved(node: Node, doc: Document): Node | null {
  return isAlias(node) ? (anchorsOf(doc).targets.get(node) ?? null) : node;
}

/** Returns a key as it is written: `007` and `yes` are names. */
export function keyText(pair: Pair): string | null {
  if (!isPair(pair) || !isScalar(pair.key)) return null;
  return scalarText(pair.key);
}

/** Returns a scalar's source text, whatever YAML would make of it; `null` for null. */
export function scalarText(node: unknown): string | null {
  if (!isScalar(node) || node.value === null) return null;
  if (typeof node.value === 'string') return node.value;
  return node.source ?? String(node.value);
}

/** Returns where the content of a node ends, without comments and blank lines after it. */
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
