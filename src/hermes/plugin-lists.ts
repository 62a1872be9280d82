import { isDeepStrictEqual } from 'node:util';
import { isMap, isNode, isSeq, type YAMLMap } from 'yaml';
import { noChanges, treeAfter, withChange } from '../yaml/change.ts';
import { changeSplices, edited, type Splice } from '../yaml/edit.ts';
import { contentEnd, keyText, lookUp, nodeAt, scalarText } from '../yaml/navigate.ts';
import { columnOf, endOf, lineStart, parseSource, rootMap, startOf, type Source } from '../yaml/source.ts';
import { mapIn, treeOf, type Tree } from '../yaml/tree.ts';
import { behindLine, documentEnd, noEnd, parsedConfig, unsafe } from './config-text.ts';

export const pluginName = 'agent-sessions';
/** The comment above a key that `setup` wrote. Hermes rewrites its config without it. */
const mark = '# added for the plugin agent-sessions';
const lists = ['enabled', 'disabled'] as const;
type List = (typeof lists)[number];

/** The text of a config after a change; `null`: there is nothing to change. */
type Changed = string | null;

/**
 * Returns the config with the plugin turned on: every other byte stays.
 * @throws UsageError if the config does not parse, or has a form that cannot be edited safely
 */
export function withPlugin(path: string, text: string): Changed {
  if (isListed(text, 'enabled') && !isListed(text, 'disabled')) return null;
  const source = parsedConfig(path, withoutPlugin(path, text) ?? text, 'plugins');
  const change = withChange(noChanges, ['plugins', 'enabled'], { kind: 'prepend', items: [pluginName] });
  const root = rootMap(source);
  const plugins = root === null ? null : lookUp(root, 'plugins', source.doc);
  refuseOtherShapes(path, source);
  const splices = (): readonly Splice[] => {
    if (root === null || plugins === null) return [block(source)];
    const { node } = plugins;
    if (isMap(node) && node.flow !== true && node.items.length > 0 && lookUp(node, 'enabled', source.doc) === null)
      return [ownKey(source, node, plugins.pair.key)];
    return changeSplices(source, root, change);
  };
  const next = edited(source, splices(), treeAfter(treeOf(source), change));
  if (next === null) throw unsafe(path, 'plugins');
  return next.text;
}

/**
 * Refuses a config in which `plugins` is no map, or a list of it no list: such a value is the user's, and would be lost.
 * @throws UsageError
 */
function refuseOtherShapes(path: string, source: Source): void {
  const config = treeOf(source);
  const plugins = config instanceof Map ? config.get('plugins') : null;
  if (!isEmpty(plugins) && !(plugins instanceof Map)) throw unsafe(path, 'plugins');
  for (const list of lists) {
    const names = plugins instanceof Map ? plugins.get(list) : null;
    if (!isEmpty(names) && !Array.isArray(names)) throw unsafe(path, `plugins.${list}`);
  }
}

function isEmpty(tree: Tree | undefined): boolean {
  return tree === undefined || tree === null;
}

/**
 * Returns the config without the plugin's name, whether `setup` or Hermes wrote it: byte for byte as before, where
 * `setup` did.
 * @throws UsageError if the config does not parse, or has a form that cannot be edited safely
 */
export function withoutPlugin(path: string, text: string): Changed {
  const source = parsedConfig(path, text, 'plugins');
  const own = ownLines(source);
  const splices = own === null ? removal(source) : [own.splice];
  if (splices.length === 0) return null;
  const next = edited(source, splices, bareTree(source, own?.key ?? null));
  if (next === null) throw unsafe(path, 'plugins');
  return next.text;
}

/** Decides whether a list of the config names the plugin; a config that does not parse names none. */
export function isListed(text: string, list: List): boolean {
  const source = parseSource(text);
  if (source.doc.errors.length > 0) return false;
  const node = nodeAt(rootMap(source), ['plugins', list], source.doc);
  return isSeq(node) && node.items.some((item) => scalarText(item) === pluginName);
}

/** Returns the lines for the end of a config that has no `plugins`. */
function block(source: Source): Splice {
  const { text, eol } = source;
  const end = documentEnd(text);
  const missing = end > 0 && text[end - 1] !== '\n' ? `${eol}${noEnd}${eol}` : '';
  return { start: end, end, text: `${missing}${blockText(eol)}` };
}

function blockText(eol: string): string {
  return [mark, 'plugins:', '  enabled:', `    - ${pluginName}`, ''].join(eol);
}

/** Returns the lines for a block `plugins` that has no `enabled`: they come first in it. */
function ownKey({ text, eol }: Source, plugins: YAMLMap, key: unknown): Splice {
  const pad = ' '.repeat(columnOf(text, startOf(plugins.items[0]?.key)));
  const start = behindLine(text, endOf(key));
  return { start, end: start, text: `${pad}${mark}${eol}${pad}enabled: [${pluginName}]${eol}` };
}

/** Returns the lines that `setup` wrote, as long as nothing was added to them; and the key that goes with them. */
function ownLines(source: Source): { readonly splice: Splice; readonly key: 'plugins' | 'enabled' } | null {
  const { text, eol } = source;
  const plugins = mapIn(mapIn(treeOf(source)).get('plugins'));
  if (!isDeepStrictEqual(plugins.get('enabled'), [pluginName]) || isListed(text, 'disabled') || hasEntry(plugins))
    return null;
  const at = plugins.size === 1 ? text.indexOf(blockText(eol)) : -1;
  if (at !== -1) {
    const end = at + blockText(eol).length;
    const missing = end === documentEnd(text) ? `${eol}${noEnd}${eol}` : '';
    const start = missing !== '' && text.slice(0, at).endsWith(missing) ? at - missing.length : at;
    return { splice: { start, end, text: '' }, key: 'plugins' };
  }
  const found = new RegExp(`^ *${mark}\r?\n *enabled: \\[${pluginName}\\]\r?\n`, 'm').exec(text);
  if (found === null) return null;
  return { splice: { start: found.index, end: found.index + found[0].length, text: '' }, key: 'enabled' };
}

function hasEntry(plugins: ReadonlyMap<string, Tree>): boolean {
  return mapIn(plugins.get('entries')).has(pluginName);
}

/** Returns what takes the name out of the lists, and out of what Hermes remembers of each plugin. */
function removal(source: Source): readonly Splice[] {
  const { doc } = source;
  const root = rootMap(source);
  const fromLists = lists.flatMap((list) => {
    const node = nodeAt(root, ['plugins', list], doc);
    if (!isSeq(node)) return [];
    const items = node.items.map((item) => ({ name: scalarText(item), start: startOf(item), end: valueEnd(item, 0) }));
    return without(source, items, node.flow === true, ['plugins', list], []);
  });
  const entries = nodeAt(root, ['plugins', 'entries'], doc);
  if (!isMap(entries)) return fromLists;
  const items = entries.items.map((pair) => ({
    name: keyText(pair),
    start: startOf(pair.key),
    end: valueEnd(pair.value, endOf(pair.key)),
  }));
  return [...fromLists, ...without(source, items, entries.flow === true, ['plugins', 'entries'], {})];
}

interface Item {
  readonly name: string | null;
  readonly start: number;
  readonly end: number;
}

function valueEnd(node: unknown, fallback: number): number {
  return isNode(node) ? contentEnd(node, endOf(node)) : fallback;
}

/** Returns what takes the plugin out of a collection. One that held nothing else is empty then, and stays. */
function without(
  source: Source,
  items: readonly Item[],
  isFlow: boolean,
  path: readonly string[],
  empty: readonly string[] | Readonly<Record<string, string>>,
): readonly Splice[] {
  const { text } = source;
  const root = rootMap(source);
  const others = items.filter(({ name }) => name !== pluginName);
  if (root === null || others.length === items.length) return [];
  if (others.length === 0) return changeSplices(source, root, withChange(noChanges, path, { kind: 'set', to: empty }));
  return items.flatMap(({ name, start, end }, index) => {
    if (name !== pluginName) return [];
    if (!isFlow) return [{ start: lineStart(text, start), end: behindLine(text, end), text: '' }];
    const next = items[index + 1];
    if (next !== undefined) return [{ start, end: next.start, text: '' }];
    return [{ start: items[index - 1]?.end ?? start, end, text: '' }];
  });
}

/**
 * Returns the content of a config without the plugin.
 * @param key the key that goes with it; `null`: all stay
 */
function bareTree(source: Source, key: 'plugins' | 'enabled' | null): Tree {
  const config = new Map(mapIn(treeOf(source)));
  const plugins = new Map(mapIn(config.get('plugins')));
  for (const list of lists) {
    const names = plugins.get(list);
    if (Array.isArray(names))
      plugins.set(
        list,
        names.filter((name) => name !== pluginName),
      );
  }
  if (hasEntry(plugins)) {
    const entries = [...mapIn(plugins.get('entries'))].filter(([name]) => name !== pluginName);
    plugins.set('entries', new Map(entries));
  }
  if (key === 'enabled') plugins.delete('enabled');
  if (key === 'plugins') config.delete('plugins');
  else config.set('plugins', plugins);
  // A config that held the plugin alone says nothing at all without it.
  return config.size === 0 ? null : config;
}
