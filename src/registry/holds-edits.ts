import { isDeepStrictEqual } from 'node:util';
import type { Edit } from '../core/model/drift.ts';
import type { Source } from '../yaml/source.ts';
import { treeOf } from '../yaml/tree.ts';
import { expectedTree } from './expected-tree.ts';
import { changesByEntry } from './prepare.ts';
import { worldOf } from './world.ts';

/** Some entry says all that these edits write into it, whatever else was changed in it since. */
export function holdsEdits(source: Source, edits: readonly Edit[]): boolean {
  const world = worldOf(source);
  return [...changesByEntry(edits.flatMap(fieldsOf), world)].some(
    ([id, change]) => world.places.has(id) && isDeepStrictEqual(treeOf(source), expectedTree(world, [change])),
  );
}

/** What can be compared: an item that was put before others says nothing of its own. */
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
