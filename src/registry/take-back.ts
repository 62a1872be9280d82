import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { entryId, type EntryKey } from '../core/entry.ts';
import { clean } from '../core/text.ts';
import { anchorsOf } from '../yaml/anchors.ts';
import { parseSource, type Source } from '../yaml/source.ts';
import { applySplices, type Splice } from '../yaml/splice.ts';
import { treeOf, type Tree } from '../yaml/tree.ts';
import { textHash } from './hash.ts';
import { hashesOf, textOf, worldOf, type Place, type World } from './prepare.ts';
import type { RegistryFile } from './registry-file.ts';

type TakenBack = Awaited<ReturnType<RegistryFile['takeBack']>>;

const undoItems = z.array(
  z.object({ session: z.string(), socket: z.string().nullable(), before: z.string().nullable(), after: z.string() }),
);

/** The text with one repair taken back, entry by entry, if each stands as the repair wrote it. */
export function takeBackText(source: Source, undo: unknown): TakenBack {
  const parsed = undoItems.safeParse(undo);
  if (!parsed.success || parsed.data.length === 0) return refused('it wrote nothing that can be taken back');
  const world = worldOf(source);
  const splices: Splice[] = [];
  for (const item of parsed.data) {
    const found = world.places.get(entryId(item));
    if (found === undefined) return refused(`the entry of ${clean(item.session)} is not there any more`);
    const { place } = found;
    if (textOf(source, place) !== item.after) return refused(`the entry of ${clean(item.session)} was changed since`);
    splices.push(
      item.before === null ? removal(world, found) : { start: place.start, end: place.end, text: item.before },
    );
  }
  const next = worldOf(parseSource(applySplices(source.text, splices)));
  const error = next.source.doc.errors[0];
  if (error !== undefined) return refused(`the file would not be readable any more (${clean(error.message)})`);
  if (anchorsOf(next.source.doc).unknown !== null || !isSameBeside(world, next, parsed.data)) {
    return refused('more than the repair would be taken back');
  }
  const { text } = next.source;
  const hashes = { entryHashes: hashesOf(next, parsed.data), formerHashes: hashesOf(world, parsed.data) };
  return { kind: 'prepared', prepared: { text, hash: textHash(text), refused: [], ...hashes, undo: [] } };
}

function removal({ source, sessions }: World, { place, index }: Place): Splice {
  if (sessions.shape !== 'map' && sessions.shape !== 'list') throw new Error('an entry without its sessions');
  if (sessions.node.flow === true) {
    const before = sessions.entries[index - 1];
    const behind = sessions.entries[index + 1];
    // With the comma before it, or behind it where it is the first.
    if (before !== undefined) return { start: before.end, end: place.end, text: '' };
    return { start: place.start, end: behind?.start ?? place.end, text: '' };
  }
  const lineStart = source.text.lastIndexOf('\n', place.start - 1) + 1;
  // The whole lines of the entry, with the line break before them and a blank line that came with the entry.
  const before = /(\r?\n)?\r?\n$/.exec(source.text.slice(0, lineStart))?.[0].length ?? 0;
  return { start: lineStart - before, end: place.end, text: '' };
}

/** Both say the same, the entries that are taken back left out. */
function isSameBeside(world: World, next: World, keys: readonly EntryKey[]): boolean {
  return isDeepStrictEqual(treeWithout(world, keys), treeWithout(next, keys));
}

function treeWithout({ source, places }: World, keys: readonly EntryKey[]): Tree {
  const tree = treeOf(source);
  if (!(tree instanceof Map)) return tree;
  const root = new Map<string, Tree>(tree);
  const all = root.get('sessions');
  const left = new Set(keys.map((key) => places.get(entryId(key))?.index));
  const names = new Set(keys.map((key) => key.session));
  const rest = Array.isArray(all)
    ? (all as readonly Tree[]).filter((_, index) => !left.has(index))
    : all instanceof Map
      ? [...(all as ReadonlyMap<string, Tree>)].filter(([name]) => !names.has(name))
      : [];
  // `sessions:`, `sessions: {}` and `sessions: []` say the same.
  root.set('sessions', rest);
  return root;
}

function refused(reason: string): TakenBack {
  return { kind: 'refused', reason };
}
