import type { Tree } from './tree.ts';
import { treeOfValue } from './tree.ts';
import type { Writable } from './write-value.ts';

/** The change of one value. */
export type Change =
  | { readonly kind: 'set'; readonly to: Writable }
  /** Puts items before all others of a list; `drop`: the indices of items that leave it. */
  | { readonly kind: 'prepend'; readonly items: readonly Writable[]; readonly drop?: readonly number[] }
  /** Changes a mapping's values, by key; missing keys are added. */
  | { readonly kind: 'fields'; readonly fields: ReadonlyMap<string, Change> };

export type FieldChanges = Extract<Change, { kind: 'fields' }>;

export const noChanges: FieldChanges = { kind: 'fields', fields: new Map() };

/**
 * Adds `leaf` at `path` below the mapping to `changes`. All changes are one tree, so two additions at one position do
 * not meet.
 */
export function withChange(changes: FieldChanges, path: readonly string[], leaf: Change): FieldChanges {
  const [key, ...rest] = path;
  if (key === undefined) throw new Error('an empty path names nothing');
  const before = changes.fields.get(key);
  return { kind: 'fields', fields: new Map(changes.fields).set(key, below(before, rest, leaf)) };
}

function below(before: Change | undefined, path: readonly string[], leaf: Change): Change {
  if (before?.kind === 'set') return { kind: 'set', to: valueAfter(before.to, nested(path, leaf)) };
  if (path.length > 0) return withChange(before?.kind === 'fields' ? before : noChanges, path, leaf);
  if (leaf.kind === 'prepend' && before?.kind === 'prepend') {
    return {
      kind: 'prepend',
      items: [...leaf.items, ...before.items],
      drop: [...(leaf.drop ?? []), ...(before.drop ?? [])],
    };
  }
  return leaf;
}

function nested(path: readonly string[], leaf: Change): Change {
  return path.length === 0 ? leaf : withChange(noChanges, path, leaf);
}

/** Returns the whole value after a change; `undefined`: there was none before. */
export function valueAfter(before: Writable | undefined, change: Change): Writable {
  switch (change.kind) {
    case 'set':
      return change.to;
    case 'prepend':
      return [...change.items, ...(isList(before) ? kept(before, change.drop) : [])];
    case 'fields': {
      const fields = new Map(isMapping(before) ? Object.entries(before) : []);
      for (const [key, field] of change.fields) fields.set(key, valueAfter(fields.get(key), field));
      return Object.fromEntries(fields);
    }
  }
}

/** Returns the tree of a value after a change. */
export function treeAfter(before: Tree | undefined, change: Change): Tree {
  switch (change.kind) {
    case 'set':
      return treeOfValue(change.to);
    case 'prepend':
      return [
        ...change.items.map(treeOfValue),
        ...(Array.isArray(before) ? kept(before as readonly Tree[], change.drop) : []),
      ];
    case 'fields': {
      const fields = new Map<string, Tree>(before instanceof Map ? before : []);
      for (const [key, field] of change.fields) fields.set(key, treeAfter(fields.get(key), field));
      return fields;
    }
  }
}

function kept<Item>(items: readonly Item[], drop: readonly number[] = []): readonly Item[] {
  return items.filter((_, index) => !drop.includes(index));
}

function isList(value: Writable | undefined): value is readonly Writable[] {
  return Array.isArray(value);
}

function isMapping(value: Writable | undefined): value is { readonly [key: string]: Writable } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
