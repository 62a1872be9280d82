import { isSeq } from 'yaml';
import type { Edit } from '../core/model/drift.ts';
import { entryId, type EntryKey } from '../core/model/entry.ts';
import { treeAfter, type FieldChanges } from '../yaml/change.ts';
import { treeOf, treeOfValue, type Tree } from '../yaml/tree.ts';
import { nameKeyOf } from './find-entries.ts';
import type { RegistryText } from './registry-text.ts';

/** All changes of one entry. */
export interface EntryChange {
  readonly key: EntryKey;
  /** Empty for an entry that is registered. */
  readonly changes: FieldChanges;
  readonly register: Extract<Edit, { op: 'register' }> | null;
  readonly edits: readonly Edit[];
}

/** Returns what the registry must say once the changes are made. */
export function expectedTree(registry: RegistryText, changes: readonly EntryChange[]): Tree {
  const { sessions } = registry;
  const before = treeOf(registry.source);
  const root = new Map<string, Tree>(before instanceof Map ? before : []);
  const all = root.get('sessions');
  const isList = sessions.shape === 'list' || (sessions.shape === 'empty' && isSeq(sessions.node));
  root.set('sessions', isList ? listAfter(registry, all, changes) : mapAfter(all, changes));
  return root;
}

function listAfter(registry: RegistryText, all: Tree | undefined, changes: readonly EntryChange[]): Tree {
  const items: Tree[] = Array.isArray(all) ? [...(all as readonly Tree[])] : [];
  for (const { key, register, changes: fields } of changes) {
    const index = registry.byId.get(entryId(key))?.index;
    if (register !== null) items.push(treeOfValue({ [nameKeyOf(registry.sessions)]: key.session, ...register.fields }));
    else if (index !== undefined) items[index] = treeAfter(items[index], fields);
  }
  return items;
}

function mapAfter(all: Tree | undefined, changes: readonly EntryChange[]): Tree {
  const entries = new Map<string, Tree>(all instanceof Map ? all : []);
  for (const { key, register, changes: fields } of changes) {
    const entry = register === null ? treeAfter(entries.get(key.session), fields) : treeOfValue(register.fields);
    entries.set(key.session, entry);
  }
  return entries;
}
