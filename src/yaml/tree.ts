import { isMap, isNode, isScalar, isSeq, type Node, type YAMLMap } from 'yaml';
import { anchorsOf } from './anchors.ts';
import { isMergeKey, mergedInto, resolved, scalarText } from './navigate.ts';
import type { Source } from './source.ts';
import type { Writable } from './write-value.ts';

/**
 * The content of a text, with aliases and merge keys unfolded. Scalars are the words of the text, so that `007` is not
 * `7`.
 */
export type Tree = string | null | readonly Tree[] | ReadonlyMap<string, Tree>;

/**
 * Caches the tree of a text: a written text is compared once after its write, and again as the beginning of the next
 * one.
 */
const known = new WeakMap<Source, Tree & object>();

/**
 * Returns the content of a text. It never throws for an accepted source: endless and unknown aliases are refused
 * before.
 */
export function treeOf(source: Source): Tree {
  const before = known.get(source);
  if (before !== undefined) return before;
  const tree = unfolded(source);
  if (tree !== null && typeof tree === 'object') known.set(source, tree);
  return tree;
}

function unfolded(source: Source): Tree {
  // An anchor's tree is shared by all its aliases: 1,000 entries with one anchor unfold it once.
  const shared = new Map<Node, Tree>();
  const unfold = (given: unknown): Tree => {
    const node = isNode(given) ? resolved(given, source.doc) : null;
    if (node === null) return null;
    const before = shared.get(node);
    if (before !== undefined) return before;
    const tree = isMap(node) ? mapTree(node) : isSeq(node) ? node.items.map(unfold) : scalarText(node);
    if (anchorsOf(source.doc).used.has(node)) shared.set(node, tree);
    return tree;
  };
  const mapTree = (map: YAMLMap): Tree => {
    const fields = new Map<string, Tree>();
    for (const part of mergedInto(map, source.doc).toReversed()) {
      const tree = unfold(part);
      if (tree instanceof Map) for (const [key, value] of tree as ReadonlyMap<string, Tree>) fields.set(key, value);
    }
    for (const pair of map.items) if (!isMergeKey(pair)) fields.set(keyName(pair.key, source), unfold(pair.value));
    return fields;
  };
  return unfold(source.doc.contents);
}

/** Returns the tree that a written value reads as. */
export function treeOfValue(value: Writable): Tree {
  if (value === null) return null;
  if (typeof value !== 'object') return String(value);
  if (isList(value)) return value.map(treeOfValue);
  return new Map(Object.entries(value).map(([key, field]) => [key, treeOfValue(field)]));
}

function isList(value: Writable): value is readonly Writable[] {
  return Array.isArray(value);
}

function keyName(key: unknown, source: Source): string {
  const node = isNode(key) ? resolved(key, source.doc) : null;
  if (isScalar(node)) return scalarText(node) ?? 'null';
  return `? ${source.text.slice(node?.range?.[0] ?? 0, node?.range?.[1] ?? 0)}`;
}

/** Returns a tree as a map; an empty one if it is none. */
export function mapIn(tree: Tree | undefined): ReadonlyMap<string, Tree> {
  return tree instanceof Map ? tree : new Map<string, Tree>();
}
