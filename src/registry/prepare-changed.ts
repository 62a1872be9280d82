import type { AgentFacts } from '../core/model/agent.ts';
import type { EntryId } from '../core/model/branded.ts';
import type { Edit } from '../core/model/drift.ts';
import { entryId, type Entry } from '../core/model/entry.ts';
import { eolOf, parseSource, type Source } from '../yaml/source.ts';
import { sessionsOf } from './find-entries.ts';
import { registryHash } from './hash.ts';
import { prepareText } from './prepare.ts';
import { isSame } from './read-changed.ts';
import { readSource } from './read-source.ts';
import { splitIntoBlocks, type Blocks } from './registry-blocks.ts';
import type { Prepared } from './registry-file.ts';

/**
 * Prepares edits in a short text: head, the blocks of the edited entries, tail. `readChanged` says why a block means the
 * same there.
 * @param entries what the text says, proven to be one entry for each block
 * @returns `null` where anything is in doubt, or refused: the whole text must then be parsed, which also says why
 */
export function prepareChanged(
  text: string,
  entries: readonly Entry[],
  edits: readonly Edit[],
  agents: readonly AgentFacts[],
): Prepared | null {
  const split = splitIntoBlocks(text);
  const chosen = blocksOf(entries, edits);
  if (split === null || chosen === null || split.blocks.length !== entries.length) return null;
  const short = { ...split, blocks: chosen.flatMap((index) => split.blocks[index] ?? []) };
  const source = parseSource(joined(short));
  if (source.eol !== eolOf(text) || !isMadeOf(source, short, agents)) return null;
  const added = edits.filter(({ op }) => op === 'register').length;
  if (added > 0 && !endsInMapping(source)) return null;
  const { prepared, source: next } = prepareText(source, edits, agents);
  const after = splitIntoBlocks(next.text);
  if (prepared.refused.length > 0 || after?.blocks.length !== chosen.length + added) return null;
  if (!isMadeOf(next, { ...split, blocks: after.blocks }, agents)) return null;
  const blocks = [...split.blocks];
  // What was registered comes after the last block.
  for (const [at, block] of after.blocks.entries()) blocks[chosen[at] ?? blocks.length] = block;
  const whole = { ...split, blocks };
  const newText = joined(whole);
  if (!isSameSplit(splitIntoBlocks(newText), whole)) return null;
  return { ...prepared, text: newText, hash: registryHash(newText) };
}

/**
 * Returns which blocks the edits need, in their order: a new entry is written in the style of the last two.
 * @returns `null`: an entry to edit is not there, or one to register may be
 */
function blocksOf(entries: readonly Entry[], edits: readonly Edit[]): readonly number[] | null {
  const indices = new Map(entries.map((entry, index): [EntryId, number] => [entryId(entry), index]));
  const names = new Set(entries.map(({ session }) => session));
  const lastTwo = [...entries.keys()].slice(-2);
  const chosen = new Set<number>();
  for (const { op, entry } of edits) {
    const index = indices.get(entryId(entry));
    if (op === 'register' ? names.has(entry.session) : index === undefined) return null;
    for (const needed of index === undefined ? lastTwo : [index]) chosen.add(needed);
  }
  return [...chosen].toSorted((one, other) => one - other);
}

/** Decides whether a text reads as these blocks, each of them one entry that refers to no other. */
function isMadeOf(source: Source, blocks: Blocks, agents: readonly AgentFacts[]): boolean {
  const read = readSource(source, agents, new Set());
  return read.kind === 'read' && isSameSplit(read.blocks, blocks);
}

function isSameSplit(one: Blocks | null, other: Blocks): boolean {
  return one?.head === other.head && one.tail === other.tail && isSame(one.blocks, other.blocks);
}

/** Decides whether the last entry is a mapping: else a new one would take the style of one that is not in this text. */
function endsInMapping(source: Source): boolean {
  const sessions = sessionsOf(source);
  return 'entries' in sessions && sessions.entries.at(-1)?.map != null;
}

function joined({ head, blocks, tail }: Blocks): string {
  return head + blocks.join('') + tail;
}
