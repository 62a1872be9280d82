import { isAlias, isMap, isNode, isScalar, isSeq, type Node, type Pair, type YAMLMap, type YAMLSeq } from 'yaml';
import { contentEnd, isMergeKey, keyText, lookUp, nodeAt, resolved, scalarText } from '../yaml/navigate.ts';
import { lineEndBehind } from '../yaml/edit.ts';
import { endOf, rootMap, startOf, type Source } from '../yaml/source.ts';
import { wordIn } from './empty-words.ts';

/** One entry as it lies in the text. */
export interface EntryRange {
  readonly session: string;
  /** The entry's mapping; `null` if it is half typed. */
  readonly map: YAMLMap | null;
  /** Why the entry has no mapping. */
  readonly halfTyped: string | null;
  /** Offsets of the entry's own text: from its key or dash to the end of its last line. */
  readonly start: number;
  readonly end: number;
}

export type Sessions =
  | { readonly shape: 'none' }
  | { readonly shape: 'empty'; readonly pair: Pair; readonly node: Node | null }
  | { readonly shape: 'map'; readonly node: YAMLMap; readonly entries: readonly EntryRange[] }
  | { readonly shape: 'list'; readonly node: YAMLSeq; readonly entries: readonly EntryRange[] }
  | { readonly shape: 'wrong'; readonly offset: number; readonly reason: string };

/** The keys by which a list item may name its session. */
export const nameKeys = ['name', 'session', 'tmux_session', 'session_name'] as const;

/** Finds the entries of a registry, in either shape. */
export function sessionsOf(source: Source): Sessions {
  const root = rootMap(source);
  if (root === null) return { shape: 'none' };
  const found = lookUp(root, 'sessions', source.doc);
  if (found === null) return { shape: 'none' };
  const { node, pair } = found;
  if (node === null || (isScalar(node) && node.value === null)) return { shape: 'empty', pair, node };
  if (isMap(node)) {
    if (node.items.length === 0) return { shape: 'empty', pair, node };
    return { shape: 'map', node, entries: node.items.flatMap((item) => mapEntry(item, node, source)) };
  }
  if (isSeq(node)) {
    if (node.items.length === 0) return { shape: 'empty', pair, node };
    return { shape: 'list', node, entries: node.items.map((item) => listEntry(item, node, source)) };
  }
  return { shape: 'wrong', offset: startOf(node), reason: '`sessions` is neither a mapping nor a list' };
}

function mapEntry(item: Pair, all: YAMLMap, source: Source): EntryRange[] {
  if (isMergeKey(item)) return [];
  const value = isNode(item.value) ? item.value : null;
  const [start, keyEnd] = [startOf(item.key), endOf(item.key)];
  const end = endOfEntry(contentEnd(value, keyEnd), all, source);
  const session = keyText(item);
  if (session !== null) return [{ session, start, end, ...mappingOf(value, source) }];
  const halfTyped = 'its key is no name: a name such as null needs quotes';
  return [{ session: source.text.slice(start, keyEnd), start, end, map: null, halfTyped }];
}

function listEntry(item: unknown, all: YAMLSeq, source: Source): EntryRange {
  const node = isNode(item) ? item : null;
  const mapping = mappingOf(node, source);
  const start = startOf(node);
  const end = endOfEntry(contentEnd(node, start), all, source);
  const names =
    mapping.map === null ? [] : nameKeys.map((key) => mapping.map && lookUp(mapping.map, key, source.doc)?.node);
  const session = names.map(scalarText).find((name) => name !== null) ?? scalarText(node) ?? '';
  const nameless = mapping.map !== null && session === '';
  return { session, start, end, ...mapping, ...(nameless ? { map: null, halfTyped: 'it names no session' } : {}) };
}

/** Returns an entry's `tmux_socket` as written; `null` if it names none. */
export function socketIn(map: YAMLMap | null, source: Source): string | null {
  return wordIn(nodeAt(map, ['tmux_socket'], source.doc));
}

/**
 * Returns the end of an entry, with the comment after its last value; between braces the neighbours are on the same
 * line.
 */
function endOfEntry(end: number, all: YAMLMap | YAMLSeq, source: Source): number {
  return all.flow === true ? end : lineEndBehind(source.text, end);
}

/** Returns the key by which the neighbours of a new list item name their sessions. */
export function nameKeyOf(sessions: Sessions): string {
  if (sessions.shape !== 'list') return 'name';
  const last = sessions.entries.findLast((entry) => entry.map !== null)?.map;
  return last?.items.map(keyText).find((key) => nameKeys.some((known) => known === key)) ?? 'name';
}

function mappingOf(node: Node | null, source: Source): Pick<EntryRange, 'map' | 'halfTyped'> {
  const value = node === null ? null : resolved(node, source.doc);
  // An entry that is another's alias has no text of its own to edit.
  if (isMap(value) && !isAlias(node)) return { map: value, halfTyped: null };
  if (isMap(value)) return { map: null, halfTyped: 'it is an alias of another entry' };
  const word = scalarText(value);
  return { map: null, halfTyped: word === null ? 'nothing stands under it' : 'a single word stands under it' };
}
