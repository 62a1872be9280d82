import { isMap, isNode, isSeq, type Node, type Pair, type YAMLMap } from 'yaml';
import { contentEnd, keyText } from '../yaml/navigate.ts';
import { columnOf, lineEnd, rootMap, type Source } from '../yaml/source.ts';
import type { Splice } from '../yaml/splice.ts';
import { writeInline, type Quotes, type Writable } from '../yaml/write-value.ts';
import { nameKeys, type Sessions } from './layout.ts';

export interface NewEntry {
  readonly session: string;
  readonly fields: { readonly [key: string]: Writable };
}

/** The text of a registry that is started now. */
export const freshRegistry = 'version: 1\nsessions:\n';

/** Adds entries in the style of their neighbours: map or list, indentation, quotes. */
export function registerSplices(source: Source, sessions: Sessions, added: readonly NewEntry[]): Splice[] {
  if (added.length === 0) return [];
  const { eol } = source;
  switch (sessions.shape) {
    case 'map':
      return [
        sessions.node.flow === true ? intoFlow(sessions.node, added, inlineMapEntry) : below(source, sessions, added),
      ];
    case 'list':
      return [
        sessions.node.flow === true ? intoFlow(sessions.node, added, inlineListItem) : below(source, sessions, added),
      ];
    case 'empty': {
      const { pair, node } = sessions;
      const keyEnd = isNode(pair.key) ? (pair.key.range?.[1] ?? 0) : 0;
      const colon = source.text.indexOf(':', keyEnd) + 1;
      const isList = isSeq(node);
      const lines = added.flatMap((entry) =>
        isList ? itemLines(entry, '  ', 'name', 'plain') : mapLines(entry, '  ', '  ', 'plain'),
      );
      const written = isMap(node) || isList ? (node.range?.[1] ?? colon) : colon;
      if (written > colon || node?.range?.[0] === node?.range?.[1]) {
        return [{ start: colon, end: Math.max(written, colon), text: lines.map((line) => `${eol}${line}`).join('') }];
      }
      return [{ start: colon, end: node?.range?.[1] ?? colon, text: lines.map((line) => `${eol}${line}`).join('') }];
    }
    case 'none': {
      const root = rootMap(source);
      const at = root === null ? source.text.length : lineEnd(source.text, contentEnd(root, source.text.length));
      const lead = at === 0 || source.text[at - 1] === '\n' ? '' : eol;
      const lines = ['sessions:', ...added.flatMap((entry) => mapLines(entry, '  ', '  ', 'plain'))];
      const tail = at === source.text.length ? eol : '';
      return [{ start: at, end: at, text: `${lead}${lines.join(eol)}${tail}` }];
    }
    case 'wrong':
      throw new Error(sessions.reason);
  }
}

function below(
  source: Source,
  sessions: Extract<Sessions, { shape: 'map' | 'list' }>,
  added: readonly NewEntry[],
): Splice {
  const last = sessions.entries.at(-1);
  const at = last?.end ?? source.text.length;
  const style = styleOf(source, sessions);
  const lines = added.flatMap((entry) =>
    sessions.shape === 'map'
      ? mapLines(entry, style.indent, style.step, style.quotes)
      : itemLines(entry, style.indent, style.nameKey, style.quotes),
  );
  // A block scalar's content ends behind its line break already.
  const back = source.text[at - 1] === '\n' ? (source.text[at - 2] === '\r' ? 2 : 1) : 0;
  return { start: at - back, end: at - back, text: lines.map((line) => `${source.eol}${line}`).join('') };
}

interface Style {
  readonly indent: string;
  /** What a field of an entry is indented by beyond the entry itself. */
  readonly step: string;
  readonly quotes: Quotes;
  readonly nameKey: string;
}

function styleOf(source: Source, sessions: Extract<Sessions, { shape: 'map' | 'list' }>): Style {
  const place = sessions.entries.findLast((entry) => entry.map !== null && entry.map.flow !== true);
  const keyColumn = place === undefined ? 0 : firstColumn(source, place.map);
  const quotes = quotesIn(place?.map ?? null);
  const nameKey = place?.map?.items.map(keyText).find((key) => nameKeys.some((known) => known === key)) ?? 'name';
  if (sessions.shape === 'list') {
    const offset = place?.start ?? sessions.node.range?.[0] ?? 0;
    const dash = source.text.lastIndexOf('-', offset);
    return { indent: ' '.repeat(columnOf(source.text, dash)), step: '  ', quotes, nameKey };
  }
  const own = columnOf(source.text, sessions.entries[0]?.start ?? 0);
  const step = keyColumn > own ? keyColumn - own : 2;
  return { indent: ' '.repeat(own), step: ' '.repeat(step), quotes, nameKey };
}

function firstColumn(source: Source, map: YAMLMap | null): number {
  const key = map?.items[0]?.key;
  return isNode(key) ? columnOf(source.text, key.range?.[0] ?? 0) : 0;
}

/** As the neighbour quotes its words; most do not. */
function quotesIn(map: YAMLMap | null): Quotes {
  const value = (map?.items.find((item: Pair) => keyText(item) === 'workspace')?.value ?? null) as
    (Node & { type?: string }) | null;
  return value?.type === 'QUOTE_DOUBLE' ? 'double' : value?.type === 'QUOTE_SINGLE' ? 'single' : 'plain';
}

function mapLines({ session, fields }: NewEntry, indent: string, step: string, quotes: Quotes): string[] {
  return [`${indent}${writeInline(session)}:`, ...fieldLines(fields, quotes).map((line) => `${indent}${step}${line}`)];
}

function itemLines({ session, fields }: NewEntry, indent: string, nameKey: string, quotes: Quotes): string[] {
  const lines = [`${nameKey}: ${writeInline(session, quotes)}`, ...fieldLines(fields, quotes)];
  return lines.map((line, index) => `${indent}${index === 0 ? '- ' : '  '}${line}`);
}

function fieldLines(fields: NewEntry['fields'], quotes: Quotes): string[] {
  return Object.entries(fields).map(([key, value]) => `${writeInline(key)}: ${writeInline(value, quotes)}`);
}

function intoFlow(
  node: Node & { items: unknown[] },
  added: readonly NewEntry[],
  inline: (entry: NewEntry) => string,
): Splice {
  const last = node.items.at(-1) as Pair | Node;
  const tail = isNode(last) ? last : ((last.value ?? last.key) as Node);
  const at = tail.range?.[1] ?? 0;
  return { start: at, end: at, text: added.map((entry) => `, ${inline(entry)}`).join('') };
}

function inlineMapEntry({ session, fields }: NewEntry): string {
  return `${writeInline(session)}: ${writeInline(fields)}`;
}

function inlineListItem({ session, fields }: NewEntry): string {
  return writeInline({ name: session, ...fields });
}
