import { isAlias, isMap, isPair, isScalar, isSeq, type Alias, type Document, type Node } from 'yaml';

/** What the aliases of a document mean. */
export interface Anchors {
  readonly targets: ReadonlyMap<Alias, Node>;
  /** The document has neither an anchor nor an alias. */
  readonly areNone: boolean;
  /** Anchors that some alias uses: a change of their values would change others. */
  readonly used: ReadonlySet<Node>;
  /** The first alias without an anchor before it. */
  readonly unknown: Alias | null;
  /** The first alias inside its own anchor: it would never end. */
  readonly endless: Alias | null;
  /** The alias that unfolds to the most values. */
  readonly heaviest: { readonly alias: Alias; readonly nodes: number } | null;
}

const known = new WeakMap<Document, Anchors>();

/** Walks once for all aliases: the library's `Alias.resolve` walks the whole document for each. */
export function anchorsOf(doc: Document): Anchors {
  const before = known.get(doc);
  if (before !== undefined) return before;
  const anchors = collect(doc);
  known.set(doc, anchors);
  return anchors;
}

function collect(doc: Document): Anchors {
  const targets = new Map<Alias, Node>();
  const latest = new Map<string, Node>();
  const open = new Set<Node>();
  let unknown: Alias | null = null;
  let endless: Alias | null = null;
  let heaviest: Anchors['heaviest'] = null;
  const sizes = new Map<Node, number>();
  /** Returns how many values the node unfolds to. */
  const walk = (node: unknown): number => {
    if (isAlias(node)) {
      const target = latest.get(node.source);
      if (target === undefined) unknown ??= node;
      else if (open.has(target)) endless ??= node;
      else targets.set(node, target);
      const nodes = target === undefined ? 1 : (sizes.get(target) ?? 1);
      if (nodes > (heaviest?.nodes ?? 0)) heaviest = { alias: node, nodes };
      return nodes;
    }
    if (isPair(node)) return walk(node.key) + walk(node.value);
    if (!isMap(node) && !isSeq(node) && !isScalar(node)) return 0;
    if (node.anchor !== undefined) latest.set(node.anchor, node);
    if (isScalar(node)) return 1;
    open.add(node);
    let nodes = 1;
    for (const item of node.items) nodes += walk(item);
    open.delete(node);
    sizes.set(node, nodes);
    return nodes;
  };
  walk(doc.contents);
  const areNone = latest.size === 0 && heaviest === null;
  return { areNone, targets, used: new Set(targets.values()), unknown, endless, heaviest };
}
