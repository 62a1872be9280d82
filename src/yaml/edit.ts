import { isDeepStrictEqual } from 'node:util';
import { isAlias, isMap, isNode, isScalar, isSeq, type Node, type Pair, type YAMLMap, type YAMLSeq } from 'yaml';
import { anchorsOf } from './anchors.ts';
import { treeAfter, valueAfter, type Change, type FieldChanges } from './change.ts';
import { contentEnd, isMergeKey, lookUp, mergedInto, resolved, scalarText } from './navigate.ts';
import { colonEnd, columnOf, endOf, lineEnd, parseSource, rootMap, startOf, type Source } from './source.ts';
import { treeOf, type Tree } from './tree.ts';
import { styleOf, writeInline, type Style, type Writable } from './write-value.ts';

/** One change of a text. */
export interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * Edits a text byte by byte: makes the splices, parses again, and compares the result with the wanted one.
 * @param says returns the part of a text's content that is compared
 * @returns `null` if the text would say anything else, or could not be read: it must not be written
 */
export function edited(
  source: Source,
  splices: readonly Splice[],
  expected: Tree,
  says: (next: Source) => Tree = treeOf,
): Source | null {
  const next = parseSource(spliced(source.text, splices));
  return isSound(next) && isDeepStrictEqual(says(next), expected) ? next : null;
}

/** Changes values in a text that is a mapping; `null` if that cannot be done safely. */
export function withChanges(source: Source, changes: FieldChanges): Source | null {
  const map = rootMap(source);
  if (map === null || !isSound(source)) return null;
  return edited(source, changeSplices(source, map, changes), treeAfter(treeOf(source), changes));
}

/** Decides whether a text parses and each of its aliases means something. */
export function isSound({ doc }: Source): boolean {
  if (doc.errors.length > 0) return false;
  const { unknown, endless } = anchorsOf(doc);
  return unknown === null && endless === null;
}

/** Makes all splices in one walk over the text. Two insertions at one position keep their order. */
function spliced(text: string, splices: readonly Splice[]): string {
  const parts: string[] = [];
  let at = 0;
  for (const splice of splices.toSorted((one, other) => one.start - other.start)) {
    parts.push(text.slice(at, splice.start), splice.text);
    at = Math.max(at, splice.end);
  }
  return parts.join('') + text.slice(at);
}

/**
 * Returns the splices that make changes in a mapping: values are replaced in place, missing keys added after its last
 * one. A value that comes through an alias or a merge key is written into this mapping; the anchor stays as it is.
 */
export function changeSplices(source: Source, map: YAMLMap, { fields }: FieldChanges): readonly Splice[] {
  const splices: Splice[] = [];
  const added: [string, Writable][] = [];
  for (const [key, change] of fields) {
    const found = lookUp(map, key, source.doc);
    if (found === null) added.push([key, valueAfter(undefined, change)]);
    else if (found.via === 'merge') added.push([key, valueAfter(plain(found.node, source), change)]);
    else splices.push(...valueSplices(source, map, found.pair, change));
  }
  return added.length === 0 ? splices : [...splices, addKeys(source, map, added)];
}

function valueSplices(source: Source, map: YAMLMap, pair: Pair, change: Change): readonly Splice[] {
  const { value } = pair;
  if (change.kind === 'fields' && isMap(value) && (value.flow === true || value.items.length > 0)) {
    return changeSplices(source, value, change);
  }
  if (change.kind === 'prepend' && isSeq(value) && isNode(value.items[0])) {
    return [...dropSplices(source, value, change.drop ?? []), prependSplice(source, value, value.items[0], change)];
  }
  const before = isNode(value) ? plain(value, source) : undefined;
  return [replaceValue(source, pair, valueAfter(before, change), styleOf(map))];
}

/** Returns the splice that puts the new items before the first one, or in its place if it leaves the list. */
function prependSplice(
  source: Source,
  list: YAMLSeq,
  first: Node,
  { items, drop = [] }: Extract<Change, { kind: 'prepend' }>,
): Splice {
  const isFirstDropped = drop.includes(0);
  if (list.flow === true) {
    const at = startOf(first);
    const text = items.map((item) => writeInline(item)).join(', ');
    return isFirstDropped ? { start: at, end: endOf(first), text } : { start: at, end: at, text: `${text}, ` };
  }
  // A block list begins at its first dash.
  const at = startOf(list);
  const indent = `${source.eol}${' '.repeat(columnOf(source.text, at))}`;
  const text = items.map((item) => `- ${writeInline(item)}`).join(indent);
  return isFirstDropped
    ? { start: at, end: itemEnd(source, list, first), text }
    : { start: at, end: at, text: `${text}${indent}` };
}

/** Takes items out of a list, each with the text after the item above it. The first item is never among them. */
function dropSplices(source: Source, list: YAMLSeq, drop: readonly number[]): readonly Splice[] {
  return drop.flatMap((index) => {
    const [before, item] = [list.items[index - 1], list.items[index]];
    if (!isNode(before) || !isNode(item)) return [];
    return [{ start: itemEnd(source, list, before), end: itemEnd(source, list, item), text: '' }];
  });
}

/** Returns where an item of a list ends; in a block list with the comment after it. */
function itemEnd(source: Source, list: YAMLSeq, item: Node): number {
  const end = contentEnd(item, endOf(item));
  return list.flow === true ? end : lineEndBehind(source.text, end);
}

function replaceValue(source: Source, pair: Pair, to: Writable, style: Style): Splice {
  const node = isNode(pair.value) ? pair.value : null;
  const text = writeInline(to, quotesFor(node, style), style.keys);
  const keyEnd = endOf(pair.key);
  // `{ key }` has not even a colon.
  if (node === null) return { start: keyEnd, end: keyEnd, text: `: ${text}` };
  const [start, valueEnd] = node.range ?? [0, 0];
  const colon = colonEnd(source.text, pair);
  const end = contentEnd(node, valueEnd);
  // A tag between the colon and the value stays: it fits the new value.
  const tag = node.tag === undefined ? '' : (/^\s*!\S*/.exec(source.text.slice(colon, start))?.[0] ?? '');
  if (start === valueEnd) return { start: colon + tag.length, end: colon + tag.length, text: ` ${text}` };
  // A block collection begins on the lines below its key: the one-line value moves up after the colon.
  if ((isMap(node) || isSeq(node)) && node.flow !== true) return { start: colon + tag.length, end, text: ` ${text}` };
  // A block scalar ends with its line break, which must stay.
  const kept = /\r?\n$/.exec(source.text.slice(start, end))?.[0].length ?? 0;
  return { start, end: end - kept, text };
}

/** Returns the quotes of the former value; if it was no string, those of its mapping. */
function quotesFor(node: Node | null, style: Style): Style['strings'] {
  if (!isScalar(node)) return style.strings;
  if (node.type === 'QUOTE_DOUBLE') return 'double';
  if (node.type === 'QUOTE_SINGLE') return 'single';
  return typeof node.value === 'string' && node.source !== '' ? 'plain' : style.strings;
}

function addKeys(source: Source, map: YAMLMap, added: readonly (readonly [string, Writable])[]): Splice {
  const style = styleOf(map);
  const written = added.map(
    ([key, value]) => `${writeInline(key, style.keys)}: ${writeInline(value, style.strings, style.keys)}`,
  );
  const last = map.items.at(-1);
  const end = last === undefined ? 0 : endOfPair(last);
  if (map.flow === true) {
    if (last !== undefined) return { start: end, end, text: `, ${written.join(', ')}` };
    const open = startOf(map) + 1;
    const blank = /\s/.test(source.text[open] ?? '') ? '' : ' ';
    return { start: open, end: open, text: ` ${written.join(', ')}${blank}` };
  }
  const first = map.items[0]?.key;
  const indent = ' '.repeat(columnOf(source.text, startOf(first)));
  const at = lineEndBehind(source.text, end);
  return { start: at, end: at, text: written.map((line) => `${source.eol}${indent}${line}`).join('') };
}

/** Returns the end of the line in which content ends; a block scalar ends after its line break already. */
export function lineEndBehind(text: string, end: number): number {
  if (text[end - 1] !== '\n') return lineEnd(text, end);
  return end - (text[end - 2] === '\r' ? 2 : 1);
}

function endOfPair(pair: Pair): number {
  const keyEnd = endOf(pair.key);
  return Math.max(keyEnd, contentEnd(isNode(pair.value) ? pair.value : null, keyEnd));
}

/** Returns the value to write where an anchor's value is unfolded. */
function plain(given: Node | null, source: Source): Writable {
  const node = given === null ? null : isAlias(given) ? resolved(given, source.doc) : given;
  if (isSeq(node)) return node.items.map((item) => plain(isNode(item) ? item : null, source));
  if (isMap(node)) {
    const parts = mergedInto(node, source.doc)
      .toReversed()
      .map((part) => plain(part, source));
    const own = node.items
      .filter((pair) => !isMergeKey(pair))
      .map((pair) => [scalarText(pair.key) ?? 'null', plain(isNode(pair.value) ? pair.value : null, source)] as const);
    return Object.assign({}, ...parts, Object.fromEntries(own)) as { readonly [key: string]: Writable };
  }
  if (!isScalar(node)) return null;
  const { value } = node;
  const isWord = typeof value !== 'number' && typeof value !== 'boolean' && value !== null;
  // `007` would be written as 7.
  return isWord || String(value) !== node.source ? scalarText(node) : value;
}
