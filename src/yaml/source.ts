import { isMap, isNode, isScalar, LineCounter, parseDocument, type Document, type Pair, type YAMLMap } from 'yaml';
import { scalarText } from './navigate.ts';

/** A YAML text and what it says. */
export interface Source {
  readonly text: string;
  readonly doc: Document;
  readonly lines: LineCounter;
  /** `\r\n` or `\n`, as most of the text has it. */
  readonly eol: string;
}

export function parseSource(text: string): Source {
  const lines = new LineCounter();
  const doc: Document = parseDocument(text, {
    merge: true,
    lineCounter: lines,
    prettyErrors: false,
    // Keys are compared by their words: `007` and `"007"` are one name.
    uniqueKeys: (one, other) =>
      isScalar(one) && isScalar(other) && scalarText(one) !== null && scalarText(one) === scalarText(other),
    // `silent` would hide that there are several documents.
    logLevel: 'error',
  });
  return { text, doc, lines, eol: /\r\n/.test(text) ? '\r\n' : '\n' };
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
