import type { EntryId } from '../core/model/branded.ts';
import type { AgentFacts } from '../core/model/agent.ts';
import { isNode, type Pair, type YAMLMap } from 'yaml';
import * as z from 'zod';
import { entryId, type EntryKey } from '../core/model/entry.ts';
import { clean } from '../core/words/text.ts';
import { edited, type Splice } from '../yaml/edit.ts';
import { contentEnd, lookUp } from '../yaml/navigate.ts';
import { colonEnd, endOf, lineStart, rootMap, startOf, type Source } from '../yaml/source.ts';
import { treeOf, type Tree } from '../yaml/tree.ts';
import { entryHash, registryHash } from './hash.ts';
import { prepareText } from './prepare.ts';
import { hashesOf, textOf, registryText, type EntryInText, type RegistryText } from './registry-text.ts';
import type { RepairToTakeBack, TakenBack } from './registry-file.ts';

const undoItems = z.array(
  z.object({
    session: z.string(),
    socket: z.string().nullable(),
    before: z.string().nullable(),
    after: z.string(),
    empty: z.string().nullable().optional(),
    root: z.string().optional(),
  }),
);

/** Returns the text with one repair taken back, entry by entry, if the entry is still as it was written. */
export function takeBackText(source: Source, repair: RepairToTakeBack, agents: readonly AgentFacts[]): TakenBack {
  const parsed = undoItems.safeParse(repair.undo);
  const items = (parsed.data ?? []).filter((item) => repair.entries.has(entryId(item)));
  if (items.length === 0) return refused('it wrote nothing that can be taken back');
  const registry = registryText(source, agents);
  const splices: Splice[] = [];
  const left: { entryId: EntryId; reason: string }[] = [];
  const taken: EntryKey[] = [];
  for (const item of items) {
    const found = registry.byId.get(entryId(item));
    const text = found === undefined ? null : textOf(source, found.range);
    if (found === undefined || (text !== item.after && entryHash(text ?? '') !== repair.standsAs.get(entryId(item)))) {
      const reason = found === undefined ? 'is not there any more' : 'was changed since';
      left.push({ entryId: entryId(item), reason: `the entry of ${clean(item.session)} ${reason}` });
      continue;
    }
    taken.push(item);
    splices.push(
      item.before === null
        ? removal(registry, found)
        : { start: found.range.start, end: found.range.end, text: item.before },
    );
  }
  if (taken.length === 0) return refused(left[0]?.reason ?? 'it wrote nothing that can be taken back');
  const first = items.find((item) => item.empty !== undefined);
  // It goes before the removals, which begin where the word was.
  if (first !== undefined) splices.unshift(...emptyAgain(registry, taken.length, first));
  const beside = (next: Source): Tree => treeWithout(registryText(next, agents), taken);
  const bare = edited(source, splices, beside(source), beside);
  const next = bare === null ? null : withTheOthers(registryText(bare, agents), taken, repair);
  if (next === null) return refused('more than the repair would be taken back');
  const { text } = next.source;
  const hashes = { entryHashes: hashesOf(next, taken), formerHashes: hashesOf(registry, taken) };
  return { kind: 'prepared', left, prepared: { text, hash: registryHash(text), refused: [], ...hashes, undo: [] } };
}

/** Keeps what other repairs wrote into the same entries; `null` if the two cannot be taken apart. */
function withTheOthers(
  registry: RegistryText,
  taken: readonly EntryKey[],
  { keep }: RepairToTakeBack,
): RegistryText | null {
  const ids = new Set(taken.map(entryId));
  const others = keep.filter((edit) => ids.has(entryId(edit.entry)));
  if (others.length === 0) return registry;
  const { prepared, source } = prepareText(registry.source, others, registry.agents);
  return prepared.refused.length === 0 ? registryText(source, registry.agents) : null;
}

function removal({ source, sessions }: RegistryText, { range, index }: EntryInText): Splice {
  if (sessions.shape !== 'map' && sessions.shape !== 'list') throw new Error('an entry without its sessions');
  if (sessions.node.flow === true) {
    const before = sessions.entries[index - 1];
    const behind = sessions.entries[index + 1];
    // With the comma before it, or after it if it is the first.
    if (before !== undefined) return { start: before.end, end: range.end, text: '' };
    return { start: range.start, end: behind?.start ?? range.end, text: '' };
  }
  const line = lineStart(source.text, range.start);
  // The whole lines of the entry, with the line break before them and a blank line that came with the entry.
  const before = /(\r?\n)?\r?\n$/.exec(source.text.slice(0, line))?.[0].length ?? 0;
  return { start: line - before, end: range.end, text: '' };
}

/** Restores an empty `sessions` as it was before its first entry. */
function emptyAgain(
  { source, sessions }: RegistryText,
  removed: number,
  { empty, root: word }: Pick<z.infer<typeof undoItems>[number], 'empty' | 'root'>,
): readonly Splice[] {
  if (sessions.shape !== 'map' && sessions.shape !== 'list') return [];
  const [first] = sessions.entries;
  const root = rootMap(source);
  const pair = root === null ? undefined : lookUp(root, 'sessions', source.doc)?.pair;
  if (first === undefined || pair === undefined) return [];
  if (sessions.entries.length > removed) return [];
  if (sessions.node.flow === true) return empty === null && root !== null ? withoutKey(root, pair) : [];
  const colon = colonEnd(source.text, pair);
  if (word !== undefined) return [{ start: startOf(pair.key), end: colon, text: word }];
  if (typeof empty === 'string') return [{ start: colon, end: colon, text: empty }];
  // A comment of the user keeps the key; the dash of a list does not.
  if (source.text.slice(colon, first.start).replace(/- *$/, '').trim() !== '') return [];
  const key = startOf(pair.key);
  const before = /\r?\n$/.exec(source.text.slice(0, key))?.[0].length ?? 0;
  return [{ start: key - before, end: colon, text: '' }];
}

/** Takes a key out of braces, with the comma before it. */
function withoutKey(map: YAMLMap, pair: Pair): readonly Splice[] {
  const before = map.items[map.items.indexOf(pair) - 1];
  if (before === undefined) return [];
  const endOfPair = ({ key, value }: Pair): number => (isNode(value) ? contentEnd(value, endOf(key)) : endOf(key));
  return [{ start: endOfPair(before), end: endOfPair(pair), text: '' }];
}

/** Returns the content of a text without the entries that are taken back. */
function treeWithout({ source, byId }: RegistryText, keys: readonly EntryKey[]): Tree {
  const tree = treeOf(source);
  if (tree !== null && !(tree instanceof Map)) return tree;
  const root = new Map<string, Tree>(tree ?? []);
  const all = root.get('sessions');
  const left = new Set(keys.map((key) => byId.get(entryId(key))?.index));
  const names = new Set(keys.map((key) => key.session));
  const rest = Array.isArray(all)
    ? (all as readonly Tree[]).filter((_, index) => !left.has(index))
    : all instanceof Map
      ? [...(all as ReadonlyMap<string, Tree>)].filter(([name]) => !names.has(name))
      : [];
  // `sessions:`, `sessions: {}`, `sessions: []` and a missing key mean the same.
  root.set('sessions', rest);
  return root;
}

function refused(reason: string): TakenBack {
  return { kind: 'refused', reason };
}
