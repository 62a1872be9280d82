import type { EntryId } from '../core/model/branded.ts';
import { isDeepStrictEqual } from 'node:util';
import type { Edit } from '../core/model/drift.ts';
import { entryId } from '../core/model/entry.ts';
import { uneditable } from '../core/model/uneditable.ts';
import type { AgentFacts } from '../core/model/agent.ts';
import { AudienceError, exitCode } from '../errors.ts';
import { noChanges, withChange, type Change } from '../yaml/change.ts';
import { changeSplices, edited } from '../yaml/edit.ts';
import { nodeAt } from '../yaml/navigate.ts';
import { parseSource, type Source } from '../yaml/source.ts';
import { misfittingTag } from '../yaml/tags.ts';
import { treeOf } from '../yaml/tree.ts';
import { expectedTree, type EntryChange } from './expected-tree.ts';
import { registryHash } from './hash.ts';
import { indicesOf } from './lineage.ts';
import { emptyWord, freshRegistry, registerSplices, rootWord } from './register.ts';
import type { Prepared } from './registry-file.ts';
import { hashesOf, textOf, registryText, type RegistryText } from './registry-text.ts';

/** What `undo` needs: each entry's text before and after. `before: null`: the entry was not there. */
export interface UndoItem {
  readonly session: string;
  readonly socket: string | null;
  readonly before: string | null;
  readonly after: string;
  /**
   * The text after `sessions:` before its first entry came; `null`: that key did not exist. Absent: there were other
   * entries.
   */
  readonly empty?: string | null;
  /** The one word in whose place `sessions:` came. */
  readonly root?: string;
}

export interface PreparedText {
  readonly prepared: Prepared;
  readonly source: Source;
}

/** Returns the new text, made by splices, parsed again and compared: only the edits may have changed. */
export function prepareText(from: Source | null, edits: readonly Edit[], agents: readonly AgentFacts[]): PreparedText {
  const registry = registryText(from ?? parseSource(freshRegistry), agents);
  const { possible, refused } = sift(registry, edits);
  const all = [...changesByEntry(possible, registry).values()];
  const { next, failed } = spliced(registry, all);
  const unsafe = failed.flatMap((change) => change.edits.map((edit) => ({ edit, reason: whyUnsafe(edit, registry) })));
  const made = all.filter((change) => !failed.includes(change));
  const after = registryText(next, agents);
  const undo = made.flatMap(({ key }): UndoItem[] => {
    const now = after.byId.get(entryId(key));
    const old = registry.byId.get(entryId(key));
    if (now === undefined) return [];
    const before = old === undefined ? null : textOf(registry.source, old.range);
    return [{ ...key, before, after: textOf(next, now.range), ...emptyBefore(registry) }];
  });
  const keys = made.map((change) => change.key);
  const hashes = { entryHashes: hashesOf(after, keys), formerHashes: hashesOf(registry, keys) };
  return {
    source: next,
    prepared: { text: next.text, hash: registryHash(next.text), refused: [...refused, ...unsafe], ...hashes, undo },
  };
}

/** Decides whether some entry holds all that these edits write into it, whatever else was changed in it since. */
export function holdsEdits(source: Source, edits: readonly Edit[], agents: readonly AgentFacts[]): boolean {
  const registry = registryText(source, agents);
  return [...changesByEntry(edits.flatMap(fieldsOf), registry)].some(
    ([id, change]) => registry.byId.has(id) && isDeepStrictEqual(treeOf(source), expectedTree(registry, [change])),
  );
}

/** Returns the fields that can be compared: an item that was put before others cannot. */
function fieldsOf(edit: Edit): readonly Edit[] {
  const { entry } = edit;
  switch (edit.op) {
    case 'set':
      return [edit];
    case 'prepend':
      return [];
    case 'register':
      return Object.entries(edit.fields).map(([key, to]) => ({ op: 'set', entry, path: [key], from: undefined, to }));
  }
}

function emptyBefore({ source, sessions }: RegistryText): Pick<UndoItem, 'empty' | 'root'> {
  if (sessions.shape === 'none') {
    const word = rootWord(source);
    return { empty: null, ...(word === null ? {} : { root: source.text.slice(word.start, word.end) }) };
  }
  if (sessions.shape !== 'empty') return {};
  const { start, end } = emptyWord(source, sessions);
  return { empty: source.text.slice(start, end) };
}

function whyUnsafe({ op }: Edit, { source, sessions: { shape } }: RegistryText): string {
  if (op !== 'register' || (shape !== 'none' && shape !== 'empty'))
    return 'it is written in a form that cannot be edited safely';
  const word = rootWord(source);
  const place = word === null ? 'into it' : `in place of ${source.text.slice(word.start, word.end)}`;
  const cure = shape === 'empty' ? '`sessions: {}`' : '`sessions:` on a line of its own';
  return `the file is written in a form that takes no entry safely; write ${cure} ${place}`;
}

/** Parts the edits into possible ones and refused ones, with the reason. */
function sift(registry: RegistryText, edits: readonly Edit[]): { possible: Edit[]; refused: Prepared['refused'] } {
  const judged = edits.map((edit) => ({ edit, reason: whyRefused(edit, registry) }));
  return {
    possible: judged.flatMap(({ edit, reason }) => (reason === null ? [edit] : [])),
    refused: judged.flatMap(({ edit, reason }) => (reason === null ? [] : [{ edit, reason }])),
  };
}

/** Says why an edit cannot be made; `null`: it can. */
function whyRefused(edit: Edit, { source, byId }: RegistryText): string | null {
  const at = byId.get(entryId(edit.entry));
  if (edit.op === 'register') return at === undefined ? null : 'it is in the file already';
  if (at === undefined) return 'the entry is not in the file any more';
  const { map, halfTyped } = at.range;
  if (map === null) return halfTyped ?? 'it is half typed';
  const form = uneditable(at.entry, edit.path);
  if (form !== null) return form;
  const tag = misfittingTag(source.doc, map, edit.path, edit.op === 'set' ? edit.to : []);
  return tag === null ? null : `${edit.path.join('.')} has the tag ${tag}, which the new value does not fit`;
}

/**
 * Groups the changes by entry.
 * @param registry the entries before the changes
 */
function changesByEntry(edits: readonly Edit[], registry: RegistryText): ReadonlyMap<EntryId, EntryChange> {
  const changes = new Map<EntryId, EntryChange>();
  for (const edit of edits) {
    const id = entryId(edit.entry);
    const before = changes.get(id) ?? { key: edit.entry, changes: noChanges, register: null, edits: [] };
    const own = [...before.edits, edit];
    if (edit.op === 'register') changes.set(id, { ...before, register: edit, edits: own });
    else {
      const leaf = leafOf(edit, registry);
      changes.set(id, { ...before, changes: withChange(before.changes, edit.path, leaf), edits: own });
    }
  }
  return changes;
}

function leafOf(edit: Exclude<Edit, { op: 'register' }>, { source, byId }: RegistryText): Change {
  if (edit.op === 'set') return { kind: 'set', to: edit.to };
  const map = byId.get(entryId(edit.entry))?.range.map ?? null;
  const drop = indicesOf(nodeAt(map, edit.path, source.doc), edit.dropping ?? [], source);
  return { kind: 'prepend', items: [edit.item], drop };
}

/**
 * Returns the text with all changes. Entries whose form cannot be edited are left out, so that they hold up no others.
 */
function spliced(
  registry: RegistryText,
  changes: readonly EntryChange[],
): { next: Source; failed: readonly EntryChange[] } {
  const next = attempt(registry, changes);
  if (next !== null) return { next, failed: [] };
  const failed = failing(registry, changes);
  const rest = attempt(
    registry,
    changes.filter((change) => !failed.includes(change)),
  );
  if (rest !== null) return { next: rest, failed };
  throw new AudienceError(exitCode.defect, 'the edits would have changed more than they should; nothing was written', {
    cure: 'please report it with the entries that are to be edited; `monitor: { ignore: true }` leaves an entry alone',
  });
}

function failing(registry: RegistryText, changes: readonly EntryChange[]): readonly EntryChange[] {
  if (attempt(registry, changes) !== null) return [];
  if (changes.length === 1) return changes;
  const half = Math.ceil(changes.length / 2);
  return [...failing(registry, changes.slice(0, half)), ...failing(registry, changes.slice(half))];
}

/** Returns the new text if it says exactly what it should. */
function attempt(registry: RegistryText, changes: readonly EntryChange[]): Source | null {
  if (changes.length === 0) return registry.source;
  const splices = changes.flatMap(({ key, changes: fields }) => {
    const map = registry.byId.get(entryId(key))?.range.map ?? null;
    return map === null ? [] : changeSplices(registry.source, map, fields);
  });
  const added = changes.flatMap(({ register }) => (register === null ? [] : [register]));
  const all = [...splices, ...registerSplices(registry.source, registry.sessions, added)];
  return edited(registry.source, all, expectedTree(registry, changes));
}
