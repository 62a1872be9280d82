import { Document, isMap, isNode, isSeq, LineCounter, parseDocument, YAMLParseError } from 'yaml';
import type { Pair, YAMLMap } from 'yaml';
import { nestedTooDeep } from './nested-too-deep.ts';
import { scalarText } from './navigate.ts';

/** A YAML text and what it says. */
export interface Source {
  readonly text: string;
  readonly doc: Document;
  readonly lines: LineCounter;
  /** `\r\n` if any line ends so, else `\n`. */
  readonly eol: '\r\n' | '\n';
}

export function parseSource(text: string): Source {
  const lines = new LineCounter();
  const deep = nestedTooDeep(text);
  const doc = deep === null ? documentIn(text, lines) : refusedAt(deep, text, lines);
  return { text, doc, lines, eol: eolOf(text) };
}

export function eolOf(text: string): Source['eol'] {
  return text.includes('\r\n') ? '\r\n' : '\n';
}

function documentIn(text: string, lines: LineCounter): Document {
  const doc = parseDocument(text, {
    merge: true,
    lineCounter: lines,
    prettyErrors: false,
    // The library compares each key with all keys before it: a quarter of the time at 1,000 sessions.
    uniqueKeys: false,
    // `silent` would hide that there are several documents.
    logLevel: 'error',
  });
  const double: YAMLParseError[] = [];
  findDoubleKeys(doc.contents, double);
  if (double.length > 0) doc.errors = [...doc.errors, ...double].toSorted((one, other) => one.pos[0] - other.pos[0]);
  return doc;
}

/**
 * Adds an error for each key that stands in its map already. Keys are compared by their words: `007` and `"007"` are one
 * name.
 */
function findDoubleKeys(node: unknown, found: YAMLParseError[]): void {
  if (isSeq(node)) for (const item of node.items) findDoubleKeys(item, found);
  if (!isMap(node)) return;
  const known = new Set<string>();
  for (const { key, value } of node.items) {
    const words = scalarText(key);
    const at = startOf(key);
    if (words !== null && known.has(words)) {
      found.push(new YAMLParseError([at, at + 1], 'DUPLICATE_KEY', 'Map keys must be unique'));
    }
    if (words !== null) known.add(words);
    findDoubleKeys(key, found);
    findDoubleKeys(value, found);
  }
}

/** Returns an empty document with an error, as the parser returns it for a text that it cannot read. */
function refusedAt(offset: number, text: string, lines: LineCounter): Document {
  lines.addNewLine(0);
  for (const { index } of text.slice(0, offset).matchAll(/\n/g)) lines.addNewLine(index + 1);
  const doc = new Document(null);
  doc.errors.push(new YAMLParseError([offset, offset], 'IMPOSSIBLE', 'its values lie in each other too deep'));
  return doc;
}

/** Returns the 1-based `line:column` of an offset. */
export function positionOf(source: Source, offset: number): string {
  const { line, col } = source.lines.linePos(offset);
  return `${line}:${col}`;
}

/** Returns where a node begins; 0 for none. */
export function startOf(node: unknown): number {
  return isNode(node) ? (node.range?.[0] ?? 0) : 0;
}

/** Returns where a node ends, without the text after it; 0 for none. */
export function endOf(node: unknown): number {
  return isNode(node) ? (node.range?.[1] ?? 0) : 0;
}

/** Returns the offset after the colon of a key. */
export function colonEnd(text: string, { key }: Pair): number {
  return text.indexOf(':', endOf(key)) + 1;
}

export function columnOf(text: string, offset: number): number {
  return offset - lineStart(text, offset);
}

export function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

/** Returns the end of the line of an offset, without its line break. */
export function lineEnd(text: string, offset: number): number {
  const at = text.indexOf('\n', offset);
  if (at === -1) return text.length;
  return text[at - 1] === '\r' && at - 1 >= offset ? at - 1 : at;
}

export function rootMap(source: Source): YAMLMap | null {
  return isMap(source.doc.contents) ? source.doc.contents : null;
}
