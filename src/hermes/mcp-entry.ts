import { isDeepStrictEqual } from 'node:util';
import { isMap, isNode, isScalar, type Pair, type YAMLMap } from 'yaml';
import { behindLine, documentEnd, noEnd, parsedConfig, unsafe } from './config-text.ts';
import { noChanges, treeAfter, withChange } from '../yaml/change.ts';
import { edited, type Splice } from '../yaml/edit.ts';
import { contentEnd, scalarText } from '../yaml/navigate.ts';
import {
  colonEnd,
  columnOf,
  endOf,
  lineEnd,
  lineStart,
  positionOf,
  rootMap,
  startOf,
  type Source,
} from '../yaml/source.ts';
import { serverName } from '../core/words/server-name.ts';
import { mapIn, treeOf, treeOfValue, type Tree } from '../yaml/tree.ts';
import type { ServerEntry } from './server-entry.ts';
import { updatedInPlace, userAdditions } from './user-additions.ts';

/** The comment above an entry that `setup` wrote. An entry without it belongs to the user, and is left alone. */
const mark = '# written by `asm setup`; `asm setup --uninstall` takes it out';
/** The comment above a key `mcp_servers` that `setup` wrote. */
const ownHead = '# added for agent-sessions-monitor';
/** The comment above the entry if `mcp_servers` was an empty flow mapping; the former text follows it. */
const wasEmpty = '# mcp_servers was empty:';

export type Change =
  | { readonly kind: 'changed'; readonly text: string }
  | { readonly kind: 'unchanged' }
  /** An entry of the same name that `setup` did not write. */
  | { readonly kind: 'foreign'; readonly at: string };

/**
 * Returns the config with the MCP server's entry in it: every other byte stays, and what the user added to the entry or
 * changed in it.
 * @param recorded the entry as it was written last: Hermes rewrites its config without comments, and so without the
 * mark
 * @throws UsageError if the config does not parse, or has a form that cannot be edited safely
 */
export function withEntry(path: string, text: string, entry: ServerEntry, recorded: ServerEntry | null = null): Change {
  const bare = withoutEntry(path, text, recorded);
  if (bare.kind === 'foreign') return bare;
  const source = parsedConfig(path, text, 'mcp_servers');
  if (userAdditions(source, entry, recorded).length > 0) {
    const next = updatedInPlace(source, entry, recorded);
    if (next === null) throw unsafe(path, 'mcp_servers');
    return next.text === text ? { kind: 'unchanged' } : { kind: 'changed', text: next.text };
  }
  const before = bare.kind === 'changed' ? parsedConfig(path, bare.text, 'mcp_servers') : source;
  const added = withChange(noChanges, ['mcp_servers', serverName], { kind: 'set', to: entry });
  const next = edited(before, insertion(path, before, entry), treeAfter(treeOf(before), added));
  if (next === null) throw unsafe(path, 'mcp_servers');
  return next.text === text ? { kind: 'unchanged' } : { kind: 'changed', text: next.text };
}

/**
 * Returns the names of what the user added to the entry that `setup` wrote, or changed in it.
 * @throws UsageError if the config does not parse
 */
export function additionsTo(path: string, text: string, entry: ServerEntry, recorded: ServerEntry | null) {
  return userAdditions(parsedConfig(path, text, 'mcp_servers'), entry, recorded);
}

/**
 * Returns the config without the entry that `setup` wrote: byte for byte as it was before.
 * @throws UsageError if the config does not parse, or has a form that cannot be edited safely
 */
export function withoutEntry(path: string, text: string, recorded: ServerEntry | null = null): Change {
  const source = parsedConfig(path, text, 'mcp_servers');
  const servers = serversOf(source);
  const pair = servers?.items.find(isNamedAlike);
  if (servers === null || pair === undefined || !isScalar(pair.key)) return { kind: 'unchanged' };
  const keyAt = startOf(pair.key);
  const isMarked = lastLine(text.slice(0, lineStart(text, keyAt))).trim() === mark;
  const isOurs = isMarked || (recorded !== null && says(source, pair, recorded));
  if (!isOurs || servers.flow === true) return { kind: 'foreign', at: positionOf(source, keyAt) };
  const splices = removal(source, servers, pair, isMarked);
  const next = edited(source, splices, bareTree(source, serverName), (after) => bareTree(after, null));
  if (next === null) throw unsafe(path, 'mcp_servers');
  return { kind: 'changed', text: next.text };
}

/** Decides whether the entry in the config is the recorded one. */
function says(source: Source, { key }: Pair, recorded: ServerEntry): boolean {
  const servers = mapIn(treeOf(source)).get('mcp_servers');
  return isDeepStrictEqual(mapIn(servers).get(scalarText(key) ?? ''), treeOfValue(recorded));
}

/**
 * Returns the content of a config without that server. A config without any server is the same with and without the
 * key.
 */
function bareTree(source: Source, server: string | null): Tree {
  const config = new Map(mapIn(treeOf(source)));
  const servers = config.get('mcp_servers') ?? null;
  const others = new Map([...mapIn(servers)].filter(([name]) => name !== server));
  if (servers === null || (servers instanceof Map && others.size === 0)) config.delete('mcp_servers');
  else if (servers instanceof Map) config.set('mcp_servers', others);
  return config;
}

/**
 * Decides whether a server's name gives the same tool names: Hermes makes one prefix of such names, and a second server
 * would hide the first one's tools.
 */
function isNamedAlike({ key }: Pair): boolean {
  return isScalar(key) && String(key.value).replace(/[^A-Za-z0-9_]/g, '_') === serverName;
}

/** Returns the lines to remove: the entry, and above it the lines that `insertion` wrote for it. */
function removal(source: Source, servers: YAMLMap, pair: Pair, isMarked: boolean): readonly Splice[] {
  const { text } = source;
  const keyAt = startOf(pair.key);
  const end = behindLine(text, contentEnd(isNode(pair.value) ? pair.value : null, keyAt));
  const isAlone = servers.items.length === 1;
  let start = lineStart(text, keyAt);
  /**
   * Takes the text directly above if it matches.
   * @returns the text of its group
   */
  const take = (pattern: string): string | null => {
    const [found, value = ''] = new RegExp(`${pattern}$`).exec(text.slice(0, start)) ?? [];
    if (found === undefined) return null;
    start -= found.length;
    return value;
  };
  if (isMarked) take(` *${escaped(mark)}\\r?\\n`);
  const former = take(` *${escaped(wasEmpty)}(.*?)\\r?\\n`);
  // The user may have added servers below the `mcp_servers` that `setup` wrote: then it belongs to the user.
  const headIsOurs = isAlone && take(`${escaped(ownHead)}\\r?\\nmcp_servers:\\r?\\n`) !== null;
  if (end === text.length) take(`\\r?\\n *${escaped(noEnd)}\\r?\\n`);
  const splice = { start, end, text: '' };
  const head = serversPair(source);
  if (!isAlone || headIsOurs || former === null || head === undefined) return [splice];
  const colon = colonEnd(text, head);
  return [{ start: colon, end: colon, text: former }, splice];
}

function insertion(path: string, source: Source, entry: ServerEntry): readonly Splice[] {
  const { text, eol } = source;
  const pair = serversPair(source);
  if (pair === undefined) {
    const end = documentEnd(text);
    const missing = end > 0 && text[end - 1] !== '\n' ? `${eol}${noEnd}${eol}` : '';
    return [{ start: end, end, text: `${missing}${ownHead}${eol}mcp_servers:${eol}${block(entry, 2, eol)}` }];
  }
  const servers = isMap(pair.value) ? pair.value : null;
  if (servers !== null && servers.items.length > 0 && servers.flow !== true) {
    const first = servers.items[0]?.key;
    const indent = isScalar(first) ? columnOf(text, startOf(first)) : 2;
    return [onItsOwnLine(text, lineEnd(text, contentEnd(servers, 0)), block(entry, indent, eol), indent, eol)];
  }
  const colon = colonEnd(text, pair);
  const isEmpty = servers !== null ? servers.items.length === 0 : isScalar(pair.value) && pair.value.value === null;
  const valueEnd = isNode(pair.value) ? endOf(pair.value) : colon;
  const former = text.slice(colon, Math.max(colon, valueEnd));
  if (!isEmpty || former.includes('\n')) throw unsafe(path, 'mcp_servers');
  const note = former.trim() === '' ? '' : `  ${wasEmpty}${former}${eol}`;
  const lines = onItsOwnLine(text, lineEnd(text, colon), `${note}${block(entry, 2, eol)}`, 2, eol);
  return former.trim() === '' ? [lines] : [{ start: colon, end: colon + former.length, text: '' }, lines];
}

/** Returns the lines for after the line that ends there; the last line of a file may have no end. */
function onItsOwnLine(text: string, end: number, lines: string, indent: number, eol: string): Splice {
  if (end === text.length) return { start: end, end, text: `${eol}${' '.repeat(indent)}${noEnd}${eol}${lines}` };
  const start = behindLine(text, end);
  return { start, end: start, text: lines };
}

function block({ command, args, timeout, env }: ServerEntry, indent: number, eol: string): string {
  const pad = ' '.repeat(indent);
  const lines = [
    mark,
    `${serverName}:`,
    `  command: ${JSON.stringify(command)}`,
    `  args: [${args.map((word) => JSON.stringify(word)).join(', ')}]`,
    `  timeout: ${timeout}`,
    '  env:',
    ...Object.entries(env).map(([name, value]) => `    ${name}: ${JSON.stringify(value)}`),
  ];
  return lines.map((line) => `${pad}${line}${eol}`).join('');
}

function serversPair(source: Source): Pair | undefined {
  return rootMap(source)?.items.find((item) => isScalar(item.key) && item.key.value === 'mcp_servers');
}

function serversOf(source: Source): YAMLMap | null {
  const value = serversPair(source)?.value;
  return isMap(value) ? value : null;
}

/** Returns the last line with its line break. */
function lastLine(text: string): string {
  return text.slice(text.lastIndexOf('\n', text.length - 2) + 1);
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
