import { entryId, type Entry } from '../core/model/entry.ts';
import { hashesOfBlocks, splitIntoBlocks, type Blocks } from './registry-blocks.ts';

/** Entries with the hash of the block that each was read from; `null`: the text cannot be split. */
export interface ReadEntries {
  readonly entries: readonly Entry[];
  readonly blocks: readonly string[] | null;
}

/** Entries with the blocks of their text; `null`: as above. */
interface ReadBlocks {
  readonly entries: readonly Entry[];
  readonly blocks: Blocks | null;
}

/**
 * Parses only the blocks that the last text did not have, in a short text: head, changed blocks, tail. A block means the
 * same there as in the whole text, because a text with an anchor, an alias or a directive is never split.
 * @param parse reads a text as a whole; `null`: it is refused. It is not called if all blocks are known.
 * @returns `null` where anything is in doubt: the whole text must then be parsed, which also finds what is wrong
 */
export async function readChanged(
  text: string,
  last: ReadEntries,
  parse: (text: string) => Promise<ReadBlocks | null>,
): Promise<ReadEntries | null> {
  const split = last.blocks === null ? null : splitIntoBlocks(text);
  if (last.blocks === null || split === null) return null;
  const { head, blocks, tail } = split;
  const known = new Map(last.blocks.map((hash, index) => [hash, last.entries[index]]));
  const hashes = hashesOfBlocks(split);
  const changed = blocks.filter((_, index) => !known.has(hashes[index] ?? ''));
  const short = changed.length === 0 ? null : await parse(head + changed.join('') + tail);
  if (!isSame(short?.blocks?.blocks ?? [], changed)) return null;
  const fresh = (short?.entries ?? []).values();
  let line = linesIn(head) + 1;
  const entries = blocks.flatMap((block, index) => {
    const entry = known.get(hashes[index] ?? '') ?? fresh.next().value;
    const here = entry === undefined ? [] : [inLine(entry, line)];
    line += linesIn(block);
    return here;
  });
  const isList = blocks[0]?.trimStart().startsWith('- ') === true;
  const names = new Set(entries.map((entry) => (isList ? entryId(entry) : entry.session)));
  return names.size === blocks.length ? { entries, blocks: hashes } : null;
}

/** Decides whether two lists of texts are the same. */
export function isSame(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((one, index) => one === others[index]);
}

/** Returns the entry moved to that first line. */
function inLine(entry: Entry, line: number): Entry {
  const down = line - entry.line;
  if (down === 0) return entry;
  return { ...entry, line, misshapen: entry.misshapen.map((field) => ({ ...field, line: field.line + down })) };
}

function linesIn(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}
