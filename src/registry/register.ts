import { isAlias, isMap, isNode, isScalar, isSeq, type Node, type Pair } from 'yaml';
import type { EntryKey } from '../core/model/entry.ts';
import type { Value } from '../core/model/drift.ts';
import { lineEndBehind, type Splice } from '../yaml/edit.ts';
import { contentEnd } from '../yaml/navigate.ts';
import { colonEnd, columnOf, endOf, lineEnd, rootMap, startOf, type Source } from '../yaml/source.ts';
import { styleOf, writeInline, type Style } from '../yaml/write-value.ts';
import { nameKeyOf, type Sessions } from './find-entries.ts';

export interface NewEntry {
  readonly entry: EntryKey;
  readonly fields: { readonly [key: string]: Value };
}

/** The text of a new registry. */
export const freshRegistry = 'version: 1\nsessions:\n';

/** Adds entries in the style of their neighbours: map or list, block or braces, indentation, quotes. */
export function registerSplices(source: Source, sessions: Sessions, added: readonly NewEntry[]): readonly Splice[] {
  if (added.length === 0) return [];
  switch (sessions.shape) {
    case 'map':
    case 'list':
      return [sessions.node.flow === true ? intoFlow(sessions, added) : below(source, sessions, added)];
    case 'empty':
      return intoEmpty(source, sessions, added);
    case 'none':
      return intoRoot(source, added);
    case 'wrong':
      throw new Error(sessions.reason);
  }
}

type Filled = Extract<Sessions, { shape: 'map' | 'list' }>;

interface Neighbours extends Style {
  /** Column of the entries' keys or dashes. */
  readonly indent: string;
  /** The further indentation of an entry's fields. */
  readonly step: string;
  /** The entries are on one line each, between braces. */
  readonly braces: boolean;
  /** `null`: a map. */
  readonly nameKey: string | null;
}

const usual: Neighbours = { indent: '  ', step: '  ', braces: false, nameKey: null, keys: 'plain', strings: 'plain' };

function neighboursOf(source: Source, sessions: Filled): Neighbours {
  const map = sessions.entries.findLast((entry) => entry.map !== null)?.map ?? null;
  const style: Style = map === null ? usual : styleOf(map);
  const own = columnOf(source.text, startOf(sessions.node));
  const first = map?.items[0]?.key;
  const column = first === undefined ? 0 : columnOf(source.text, startOf(first));
  const braces = map?.flow === true;
  const isList = sessions.shape === 'list';
  return {
    ...style,
    indent: ' '.repeat(own),
    step: !isList && !braces && column > own ? ' '.repeat(column - own) : '  ',
    braces,
    nameKey: isList ? nameKeyOf(sessions) : null,
  };
}

function below(source: Source, sessions: Filled, added: readonly NewEntry[]): Splice {
  const style = neighboursOf(source, sessions);
  const at = sessions.entries.at(-1)?.end ?? source.text.length;
  const gap = hasGaps(source, sessions) ? source.eol : '';
  const lines = added.map((entry) => gap + linesOf(entry, style, source.eol));
  return { start: at, end: at, text: lines.join('') };
}

/** Decides whether a blank line separates the last two entries. */
function hasGaps(source: Source, { entries }: Filled): boolean {
  const [before, last] = entries.slice(-2);
  if (before === undefined || last === undefined) return false;
  return /\n[ \t]*\r?\n/.test(source.text.slice(before.end, last.start));
}

/**
 * Adds the first entries to `sessions:`, `sessions: null` or `sessions: {}`: the word goes, the comment after it stays.
 */
function intoEmpty(
  source: Source,
  { pair, node }: Extract<Sessions, { shape: 'empty' }>,
  added: readonly NewEntry[],
): readonly Splice[] {
  if (rootMap(source)?.flow === true) return intoBraces(source, node, added);
  const word = emptyWord(source, { pair, node });
  const style = isSeq(node) ? { ...usual, nameKey: 'name' } : usual;
  const at = lineEnd(source.text, word.end);
  const text = added.map((entry) => linesOf(entry, style, source.eol)).join('');
  return [...(word.end > word.start ? [{ ...word, text: '' }] : []), { start: at, end: at, text }];
}

/** Returns the offsets of the word after the colon of an empty `sessions:`. */
export function emptyWord(source: Source, { pair, node }: { pair: Pair; node: Node | null }) {
  const start = colonEnd(source.text, pair);
  const [from, to] = node?.range ?? [start, start];
  return { start, end: to > from ? to : start };
}

/**
 * Adds the first entries to the empty `sessions` of a registry in braces, in its style. Without braces of its own it has
 * no place for them.
 */
function intoBraces(source: Source, node: Node | null, added: readonly NewEntry[]): readonly Splice[] {
  if (!isMap(node) && !isSeq(node)) return [];
  const at = startOf(node) + 1;
  const root = rootMap(source);
  const style = root === null ? usual : styleOf(root);
  return [{ start: at, end: at, text: itemsOf(added, style, isSeq(node) ? 'name' : null).join(', ') }];
}

/**
 * Adds `sessions` to a registry without it: in place of its one word, such as `{}`; behind the last key between its
 * braces; or at its end.
 */
function intoRoot(source: Source, added: readonly NewEntry[]): readonly Splice[] {
  const word = rootWord(source);
  if (word !== null) {
    const at = lineEnd(source.text, word.end);
    const indent = ' '.repeat(columnOf(source.text, word.start) + 2);
    const lines = added.map((entry) => linesOf(entry, { ...usual, indent }, source.eol)).join('');
    return [
      { ...word, text: 'sessions:' },
      { start: at, end: at, text: lines },
    ];
  }
  const root = rootMap(source);
  const last = root?.flow === true ? root.items.at(-1) : undefined;
  if (root === null || last === undefined) return [atTheEnd(source, added)];
  const style = styleOf(root);
  const at = isNode(last.value) ? contentEnd(last.value, endOf(last.key)) : endOf(last.key);
  const entries = itemsOf(added, style, null).join(', ');
  return [{ start: at, end: at, text: `, ${writeInline('sessions', style.keys)}: { ${entries} }` }];
}

/** Returns the offsets of the one word that a registry consists of beside comments: `{}`, `null`. */
export function rootWord({ doc, text }: Source): { readonly start: number; readonly end: number } | null {
  const node = doc.contents;
  if (!isNode(node) || isAlias(node) || node.tag !== undefined || node.anchor !== undefined) return null;
  const [start, end] = [startOf(node), endOf(node)];
  const isEmpty = (isMap(node) && node.items.length === 0) || (isScalar(node) && node.value === null);
  return isEmpty && /^(\{\s*\}|\S+)$/.test(text.slice(start, end)) ? { start, end } : null;
}

function atTheEnd(source: Source, added: readonly NewEntry[]): Splice {
  const root = rootMap(source);
  const { text, eol } = source;
  const at = root === null ? text.length : lineEndBehind(text, contentEnd(root, text.length));
  const lead = at === 0 || text[at - 1] === '\n' || text.slice(0, at) === '\ufeff' ? '' : eol;
  const tail = at === text.length ? eol : '';
  const lines = added.map((entry) => linesOf(entry, usual, eol)).join('');
  return { start: at, end: at, text: `${lead}sessions:${lines}${tail}` };
}

/** Returns the entry's lines, each with the line break before it. */
function linesOf({ entry, fields }: NewEntry, style: Neighbours, eol: string): string {
  const { indent, step, keys, strings, nameKey } = style;
  const all = nameKey === null ? fields : { [nameKey]: entry.session, ...fields };
  const name = writeInline(entry.session, keys);
  if (style.braces) {
    const braces = writeInline(all, strings, keys);
    return `${eol}${indent}${nameKey === null ? `${name}: ` : '- '}${braces}`;
  }
  const lines = Object.entries(all).map(
    ([key, value]) => `${writeInline(key, keys)}: ${writeInline(value, strings, keys)}`,
  );
  if (nameKey === null)
    return [`${indent}${name}:`, ...lines.map((line) => indent + step + line)].map(under(eol)).join('');
  return lines
    .map((line, index) => `${indent}${index === 0 ? '- ' : '  '}${line}`)
    .map(under(eol))
    .join('');
}

function under(eol: string): (line: string) => string {
  return (line) => eol + line;
}

function intoFlow(sessions: Filled, added: readonly NewEntry[]): Splice {
  const last = sessions.entries.findLast((entry) => entry.map !== null)?.map ?? null;
  const { keys, strings }: Style = last === null ? usual : styleOf(last);
  const items = itemsOf(added, { keys, strings }, sessions.shape === 'list' ? nameKeyOf(sessions) : null);
  const at = sessions.entries.at(-1)?.end ?? endOf(sessions.node);
  return { start: at, end: at, text: items.map((item) => `, ${item}`).join('') };
}

/**
 * Returns the entries as they stand between braces or brackets.
 * @param nameKey `null`: between braces
 */
function itemsOf(added: readonly NewEntry[], { keys, strings }: Style, nameKey: string | null): readonly string[] {
  return added.map(({ entry, fields }) =>
    nameKey === null
      ? `${writeInline(entry.session, keys)}: ${writeInline(fields, strings, keys)}`
      : writeInline({ [nameKey]: entry.session, ...fields }, strings, keys),
  );
}
