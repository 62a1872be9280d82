import { isMap, isNode, isScalar, isSeq, type Node, type Pair, type YAMLMap } from 'yaml';
import { contentEnd, keyText, lookUp } from './navigate.ts';
import { columnOf, lineEnd, type Source } from './source.ts';
import type { Splice } from './splice.ts';
import { writeInline, type Quotes, type Writable } from './write-value.ts';

/** The change that sets `path` below `map`: a value replaced, or a key added with the mappings above it. */
export function setSplice(source: Source, map: YAMLMap, path: readonly string[], to: Writable): Splice {
  const [key, ...rest] = path;
  if (key === undefined) throw new Error('an empty path names nothing');
  const found = lookUp(map, key, source.doc);
  if (found === null || found.via === 'merge') {
    const inherited = found === null ? undefined : plain(found.node, source);
    return addKey(source, map, key, rest.length === 0 ? to : nest(inherited, rest, to));
  }
  if (rest.length === 0) return replaceValue(source, found.pair, to);
  const value = found.pair.value;
  // Through an alias, or where no mapping stands, the whole value is written here: the anchor stays as it is.
  if (found.via === 'own' && isMap(value) && value.items.length > 0) return setSplice(source, value, rest, to);
  return replaceValue(source, found.pair, nest(plain(found.node, source), rest, to));
}

/** The change that puts `item` before all others of the list at `path`; makes the list where it is missing or null. */
export function prependSplice(source: Source, map: YAMLMap, path: readonly string[], item: Writable): Splice {
  const list = ownList(source, map, path);
  if (list === null) return setSplice(source, map, path, [item]);
  const { node, first } = list;
  const at = first.range?.[0] ?? 0;
  if (node.flow === true) return { start: at, end: at, text: `${writeInline(item)}, ` };
  const dash = source.text.lastIndexOf('-', at);
  const indent = ' '.repeat(columnOf(source.text, dash));
  return { start: dash, end: dash, text: `- ${writeInline(item)}${source.eol}${indent}` };
}

function ownList(
  source: Source,
  map: YAMLMap,
  path: readonly string[],
): { node: { flow?: boolean | undefined }; first: Node } | null {
  let node: unknown = map;
  for (const key of path) {
    if (!isMap(node)) return null;
    const found = lookUp(node, key, source.doc);
    if (found === null || found.via !== 'own') return null;
    node = found.node;
  }
  if (!isSeq(node)) return null;
  const first = node.items[0];
  return isNode(first) ? { node, first } : null;
}

function replaceValue(source: Source, pair: Pair, to: Writable): Splice {
  const node = isNode(pair.value) ? pair.value : null;
  const range = node?.range;
  const keyEnd = isNode(pair.key) ? (pair.key.range?.[1] ?? 0) : 0;
  const text = writeInline(to, quotesOf(node));
  if (!range || range[0] === range[1]) {
    // Nothing stands after the colon (`key:`): the value goes right behind it.
    const colon = source.text.indexOf(':', keyEnd) + 1;
    return { start: colon, end: colon, text: ` ${text}` };
  }
  const end = contentEnd(node, range[1]);
  const written = source.text.slice(range[0], end);
  // A block scalar ends with its line break, which is not ours to take.
  const kept = /\r?\n$/.exec(written)?.[0].length ?? 0;
  const startsLine = isBlockCollection(node);
  // A block collection begins on the lines below its key: the one-line value moves up behind the colon.
  if (startsLine) {
    const colon = source.text.indexOf(':', keyEnd) + 1;
    return { start: colon, end, text: ` ${text}` };
  }
  return { start: range[0], end: end - kept, text };
}

function isBlockCollection(node: Node | null): boolean {
  return (isMap(node) || isSeq(node)) && node.flow !== true;
}

function quotesOf(node: Node | null): Quotes {
  if (!isScalar(node)) return 'plain';
  return node.type === 'QUOTE_DOUBLE' ? 'double' : node.type === 'QUOTE_SINGLE' ? 'single' : 'plain';
}

function addKey(source: Source, map: YAMLMap, key: string, value: Writable): Splice {
  const text = `${writeInline(key)}: ${writeInline(value)}`;
  const last = map.items.at(-1);
  if (last === undefined || map.flow === true) {
    const open = (map.range?.[0] ?? 0) + 1;
    if (last === undefined) return { start: open, end: open, text: ` ${text} ` };
    const end = endOfPair(last);
    return { start: end, end, text: `, ${text}` };
  }
  const first = map.items[0];
  const column = columnOf(source.text, isNode(first?.key) ? (first.key.range?.[0] ?? 0) : 0);
  const end = endOfPair(last);
  const text_ = source.text;
  // A block scalar's content ends behind its line break already.
  const at = text_[end - 1] === '\n' ? end - (text_[end - 2] === '\r' ? 2 : 1) : lineEnd(text_, end);
  return { start: at, end: at, text: `${source.eol}${' '.repeat(column)}${text}` };
}

function endOfPair(pair: Pair): number {
  const keyEnd = isNode(pair.key) ? (pair.key.range?.[1] ?? 0) : 0;
  return Math.max(keyEnd, contentEnd(isNode(pair.value) ? pair.value : null, keyEnd));
}

/** `value` with `path` in it set. */
export function nest(value: Writable | undefined, path: readonly string[], to: Writable): Writable {
  const [key, ...rest] = path;
  if (key === undefined) return to;
  const isMapping = typeof value === 'object' && value !== null && !Array.isArray(value);
  const base = isMapping ? (value as { readonly [key: string]: Writable }) : {};
  return { ...base, [key]: nest(base[key], rest, to) };
}

function plain(node: Node | null, source: Source): Writable | undefined {
  return node === null ? undefined : (node.toJS(source.doc, { maxAliasCount: -1 }) as Writable);
}

export { keyText };
