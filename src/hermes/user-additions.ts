import { isDeepStrictEqual } from 'node:util';
import { isMap, isNode } from 'yaml';
import { serverName } from '../core/words/server-name.ts';
import { noChanges, withChange } from '../yaml/change.ts';
import { edited, withChanges, type Splice } from '../yaml/edit.ts';
import { contentEnd, keyText, nodeAt } from '../yaml/navigate.ts';
import { lineStart, rootMap, startOf, type Source } from '../yaml/source.ts';
import { treeOf, treeOfValue, type Tree } from '../yaml/tree.ts';
import type { Writable } from '../yaml/write-value.ts';
import { behindLine } from './config-text.ts';
import type { ServerEntry } from './server-entry.ts';

type Path = readonly string[];

const entryPath: Path = ['mcp_servers', serverName];

/**
 * Returns the names of what the user added to the entry of `setup`, or changed in it: `env.HTTPS_PROXY`, `timeout`. Not
 * the values: they may be secrets.
 * @param wanted the entry as `setup` would write it now
 * @param recorded the entry as `setup` wrote it last; `null`: not known
 */
export function userAdditions(source: Source, wanted: ServerEntry, recorded: ServerEntry | null): readonly string[] {
  const now = at(treeOf(source), entryPath);
  const isOurs = (path: Path, value: Tree): boolean =>
    isDeepStrictEqual(value, at(treeOfValue(wanted), path)) || wasWritten(path, value, wanted, recorded);
  return leaves(now).flatMap(([path, value]) => (isOurs(path, value) ? [] : [path.join('.')]));
}

/**
 * Returns the config with the entry brought up to date in place: what the user added to it or changed in it stays, byte
 * for byte. `null`: that cannot be done safely.
 */
export function updatedInPlace(source: Source, wanted: ServerEntry, recorded: ServerEntry | null): Source | null {
  const without = withoutFormer(source, wanted, recorded);
  if (without === null) return null;
  const now = at(treeOf(without), entryPath);
  let changes = noChanges;
  for (const [path, value] of valuesOf(wanted)) {
    const stands = at(now, path);
    if (isDeepStrictEqual(stands, treeOfValue(value))) continue;
    if (stands !== undefined && !wasWritten(path, stands, wanted, recorded)) continue;
    changes = withChange(changes, [...entryPath, ...path], { kind: 'set', to: value });
  }
  return changes === noChanges ? without : withChanges(without, changes);
}

/** Takes out the variables that `setup` wrote once and would not write any more. */
function withoutFormer(source: Source, wanted: ServerEntry, recorded: ServerEntry | null): Source | null {
  const path = [...entryPath, 'env'];
  const env = nodeAt(rootMap(source), path, source.doc);
  const tree = at(treeOf(source), path);
  if (!isMap(env) || env.flow === true || !(tree instanceof Map)) return source;
  const former = env.items.filter((pair) => {
    const name = keyText(pair) ?? '';
    const value = recorded?.env[name];
    return value !== undefined && wanted.env[name] === undefined && at(tree, [name]) === value;
  });
  if (former.length === 0) return source;
  const names = new Set(former.map(keyText));
  const splices = former.map(({ key, value }): Splice => {
    const keyAt = startOf(key);
    const end = behindLine(source.text, contentEnd(isNode(value) ? value : null, keyAt));
    return { start: lineStart(source.text, keyAt), end, text: '' };
  });
  const kept = new Map([...(tree as ReadonlyMap<string, Tree>)].filter(([name]) => !names.has(name)));
  return edited(source, splices, kept, (next) => at(treeOf(next), path) ?? null);
}

/**
 * Decides whether a value is one that `setup` wrote. Where no record says so, its command, arguments and variables count
 * as written: they change with each version.
 */
function wasWritten(path: Path, value: Tree, wanted: ServerEntry, recorded: ServerEntry | null): boolean {
  if (recorded !== null) return isDeepStrictEqual(value, at(treeOfValue(recorded), path));
  return path[0] !== 'timeout' && at(treeOfValue(wanted), path) !== undefined;
}

function valuesOf({ env, ...rest }: ServerEntry): readonly (readonly [Path, Writable])[] {
  return [
    ...Object.entries(rest).map(([key, value]): readonly [Path, Writable] => [[key], value]),
    ...Object.entries(env).map(([name, value]): readonly [Path, Writable] => [['env', name], value]),
  ];
}

/** Returns the values of a mapping and of the mappings in it, by their paths. */
function leaves(tree: Tree | undefined, path: Path = []): readonly (readonly [Path, Tree])[] {
  if (!(tree instanceof Map)) return [];
  return [...(tree as ReadonlyMap<string, Tree>)].flatMap(([key, value]) => {
    const below = [...path, key];
    return value instanceof Map && value.size > 0 ? leaves(value, below) : [[below, value] as const];
  });
}

function at(tree: Tree | undefined, path: Path): Tree | undefined {
  return path.reduce<Tree | undefined>(
    (value, key) => (value instanceof Map ? (value as ReadonlyMap<string, Tree>).get(key) : undefined),
    tree,
  );
}
