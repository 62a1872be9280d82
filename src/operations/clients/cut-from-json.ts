import { findNodeAtLocation, parseTree, visit, type Node } from 'jsonc-parser';

/** A part of a text; the end is not in it. */
type Range = readonly [start: number, end: number];

/**
 * Returns a JSON text without that property. Comments and all other bytes stay: the library's own removal takes a
 * comment behind the property before it along. `null`: there is no such property.
 */
export function cutFromJson(text: string, path: readonly string[]): string | null {
  const tree = parseTree(text);
  const property = tree === undefined ? undefined : findNodeAtLocation(tree, [...path])?.parent;
  const holder = property?.parent;
  if (property === undefined || holder?.children === undefined) return null;
  const comma = commaOf(text, property, holder);
  const end = endOf(property);
  const joins = comma !== null && comma >= end && text.slice(end, comma).trim() === '';
  const own = ownLines(text, [property.offset, joins ? comma + 1 : end]);
  const ranges: readonly Range[] = comma === null || joins ? [own] : [own, [comma, comma + 1]];
  return ranges
    .toSorted(([one], [other]) => other - one)
    .reduce((left, [from, to]) => left.slice(0, from) + left.slice(to), text);
}

/** Returns where the comma is that goes with a property: the one behind it, else the one before; `null`: it is alone. */
function commaOf(text: string, property: Node, { children = [], ...holder }: Node): number | null {
  const commas: number[] = [];
  visit(text, { onSeparator: (character, offset) => void (character === ',' && commas.push(offset)) });
  const at = children.indexOf(property);
  const [before, next] = [children[at - 1], children[at + 1]];
  const until = next?.offset ?? endOf(holder);
  const behind = commas.find((offset) => offset >= endOf(property) && offset < until);
  if (behind !== undefined || before === undefined) return behind ?? null;
  return commas.find((offset) => offset >= endOf(before) && offset < property.offset) ?? null;
}

function endOf({ offset, length }: Pick<Node, 'offset' | 'length'>): number {
  return offset + length;
}

/** Widens a range to whole lines, if nothing else stands in them. */
function ownLines(text: string, [start, end]: Range): Range {
  const from = text.lastIndexOf('\n', start - 1) + 1;
  const lineEnd = text.indexOf('\n', end);
  const to = lineEnd === -1 ? text.length : lineEnd + 1;
  const isAlone = text.slice(from, start).trim() === '' && text.slice(end, to).trim() === '';
  return isAlone ? [from, to] : [start, end];
}
