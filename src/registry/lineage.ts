import { isMap, isNode, isSeq, type Node } from 'yaml';
import type { LineageItem } from '../core/model/entry.ts';
import { lookUp, scalarText } from '../yaml/navigate.ts';
import type { Source } from '../yaml/source.ts';
import { idIn } from './empty-words.ts';

/** Reads the former conversations of an entry: items that are an id alone, or a mapping with an `id`. */
export function readLineage(node: Node | null, source: Source): readonly LineageItem[] {
  if (!isSeq(node)) return [];
  return node.items.flatMap((item) => {
    const id = idOfItem(item, source);
    const word = (key: string) => (isMap(item) ? scalarText(lookUp(item, key, source.doc)?.node) : null);
    return id === null ? [] : [{ id, until: word('until'), reason: word('reason') }];
  });
}

/** Returns the positions in that list of items with one of these ids. */
export function indicesOf(node: Node | null, ids: readonly string[], source: Source): readonly number[] {
  if (!isSeq(node)) return [];
  return node.items.flatMap((item, index) => {
    const id = idOfItem(item, source);
    return id !== null && ids.includes(id) ? [index] : [];
  });
}

function idOfItem(item: unknown, { doc }: Source): string | null {
  if (!isNode(item)) return null;
  return idIn(isMap(item) ? (lookUp(item, 'id', doc)?.node ?? null) : item);
}
