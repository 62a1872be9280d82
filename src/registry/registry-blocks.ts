import { hashOf } from '../system/hash.ts';

/**
 * A registry's text: a head, a block for each entry, and a tail. A block is the lines of one entry, with the blank lines
 * and comments behind it:
 *
 *     version: 1          ┐ head
 *     sessions:           ┘
 *       one:              ┐ block
 *         status: running ┘
 *       # a comment       (of the block above)
 *       two: {}           block
 *     notes: none         tail
 */
export interface Blocks {
  readonly head: string;
  readonly blocks: readonly string[];
  readonly tail: string;
}

/** Matches the only spelling of the key that is split at; with any other the whole text is parsed. */
const sessionsKey = /(?:^\uFEFF?|\n)sessions:[ \t]*(?:#[^\n]*)?(?=\n)/;
/** Matches a letter with which a name may begin without meaning anything else in YAML. */
const nameStart = /[^-?:,[\]{}#&*!|>%@`]/;

/**
 * Splits a text by its indentation alone; `null` if it does not look like a registry in block style. Only a parse
 * proves that the blocks are the entries.
 */
export function splitIntoBlocks(text: string): Blocks | null {
  const key = sessionsKey.exec(text);
  // The parser takes a carriage return alone as a line break only at some places, and a directive changes what words mean.
  if (key === null || /\r(?!\n)/.test(text) || /(?:^\uFEFF?|\n)%/.test(text)) return null;
  const below = /\n *(?=[^ \t\r\n#])/g;
  below.lastIndex = key.index + key[0].length;
  const first = below.exec(text);
  if (first === null) return null;
  const indent = first[0].length - 1;
  const isList = text[below.lastIndex] === '-';
  const isStart = (at: number): boolean => (isList ? text.startsWith('- ', at) : nameStart.test(text[at] ?? ''));
  const lines = new RegExp(`\\n {0,${indent}}(?=[^ \\t\\r\\n#])`, 'g');
  lines.lastIndex = first.index;
  const starts: number[] = [];
  let end = text.length;
  for (let line = lines.exec(text); line !== null; line = lines.exec(text)) {
    const start = line.index + 1;
    if (lines.lastIndex - start < indent || !isStart(lines.lastIndex)) {
      end = start;
      break;
    }
    starts.push(start);
  }
  const [start] = starts;
  if (start === undefined) return null;
  return {
    head: text.slice(0, start),
    blocks: starts.map((from, index) => text.slice(from, starts[index + 1] ?? end)),
    tail: text.slice(end),
  };
}

/**
 * Returns the hash of each block. The head belongs to the first block and the tail to the last one, so that a change in
 * them is seen as one of that block.
 */
export function hashesOfBlocks({ head, blocks, tail }: Blocks): readonly string[] {
  return blocks.map((block, index) => {
    const above = index === 0 ? head : '';
    const below = index === blocks.length - 1 ? tail : '';
    return hashOf(above + block + below, 32);
  });
}
