import { isMap, isScalar, type YAMLMap } from 'yaml';
import { UsageError } from '../errors.ts';
import { lineEnd, parseSource, placeOf, rootMap, columnOf, type Source } from '../yaml/source.ts';
import { applySplices, type Splice } from '../yaml/splice.ts';

export const serverName = 'agent_sessions_monitor';
/** Stands above an entry that we wrote: one without it is somebody's own, and left alone. */
const mark = '# written by `asm setup`; `asm setup --uninstall` takes it out';

export interface ServerEntry {
  readonly command: string;
  readonly args: readonly string[];
  readonly timeout: number;
  readonly env: Readonly<Record<string, string>>;
}

export type Change =
  | { readonly kind: 'changed'; readonly text: string }
  | { readonly kind: 'unchanged' }
  /** An entry of our name that we did not write. */
  | { readonly kind: 'foreign'; readonly at: string };

/**
 * The config with our MCP server in it: every other byte stays.
 * @throws UsageError if it does not parse, or is written in a form that cannot be edited safely
 */
export function withEntry(path: string, text: string, entry: ServerEntry): Change {
  const bare = withoutEntry(path, text);
  if (bare.kind === 'foreign') return bare;
  const before = bare.kind === 'changed' ? bare.text : text;
  const source = parsed(path, before);
  const next = applySplices(before, [insertion(path, source, entry)]);
  verify(path, next, entry);
  return next === text ? { kind: 'unchanged' } : { kind: 'changed', text: next };
}

/** The config without what we wrote into it: byte for byte as it was before. */
export function withoutEntry(path: string, text: string): Change {
  const source = parsed(path, text);
  const key = serversOf(source)?.items.find((item) => isScalar(item.key) && item.key.value === serverName)?.key;
  const at = text.indexOf(mark);
  if (at === -1)
    return isScalar(key) ? { kind: 'foreign', at: placeOf(source, key.range?.[0] ?? 0) } : { kind: 'unchanged' };
  const start = text.lastIndexOf('\n', at) + 1;
  const [block = ''] = blockAt(text, start);
  const head = `${ownHead}${source.eol}mcp_servers:${source.eol}`;
  const rest = text.slice(start + block.length);
  // Below our own `mcp_servers` somebody may have added his servers: then it is his.
  const isAlone = text.slice(0, start).endsWith(head) && !/^ +\S/.test(rest);
  const kept = text.slice(0, isAlone ? start - head.length : start);
  return { kind: 'changed', text: kept.replace(/\r?\n *# \(the line above had no end\)\r?\n$/, '') + rest };
}

const ownHead = '# added for agent-sessions-monitor';
const noEnd = '# (the line above had no end)';

/** Our comment line and everything below it that is indented deeper than its key. */
function blockAt(text: string, start: number): readonly [string] {
  const indent = /^ */.exec(text.slice(start))?.[0].length ?? 0;
  const lines = text.slice(start).split(/(?<=\n)/);
  let count = 2;
  while (
    count < lines.length &&
    (/^ */.exec(lines[count] ?? '')?.[0].length ?? 0) > indent &&
    lines[count]?.trim() !== ''
  ) {
    count += 1;
  }
  return [lines.slice(0, count).join('')];
}

function insertion(path: string, source: Source, entry: ServerEntry): Splice {
  const { text, eol } = source;
  const servers = serversOf(source);
  if (servers !== null && servers.items.length > 0 && servers.flow !== true) {
    const first = servers.items[0]?.key;
    const indent = isScalar(first) ? columnOf(text, first.range?.[0] ?? 0) : 2;
    const end = lineEnd(text, Math.max(0, (servers.range?.[1] ?? 1) - 1));
    const lead = end === text.length ? `${eol}${' '.repeat(indent)}${noEnd}${eol}` : '';
    const start = end === text.length ? end : end + (text[end] === '\r' ? 2 : 1);
    return { start, end: start, text: `${lead}${block(entry, indent, eol)}` };
  }
  const pair = rootMap(source)?.items.find((item) => isScalar(item.key) && item.key.value === 'mcp_servers');
  if (pair === undefined) {
    const missing = text === '' || text.endsWith('\n') ? '' : `${eol}${noEnd}${eol}`;
    const head = `${missing}${ownHead}${eol}mcp_servers:${eol}`;
    return { start: text.length, end: text.length, text: `${head}${block(entry, 2, eol)}` };
  }
  throw new UsageError('mcp_servers is written in a form that cannot be edited safely', {
    where: path,
    cure: 'write it as a block with an entry on lines of its own, or add what `asm setup --print` shows by hand',
  });
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

function serversOf(source: Source): YAMLMap | null {
  const pair = rootMap(source)?.items.find((item) => isScalar(item.key) && item.key.value === 'mcp_servers');
  return isMap(pair?.value) ? pair.value : null;
}

function parsed(path: string, text: string): Source {
  const source = parseSource(text);
  const [error] = source.doc.errors;
  const isMapping = source.doc.contents === null || isMap(source.doc.contents);
  if (error === undefined && isMapping) return source;
  const where = error === undefined ? path : `${path}:${placeOf(source, error.pos[0])}`;
  throw new UsageError(`the config of Hermes does not parse: ${error?.message ?? 'it is no mapping'}`, {
    where,
    cure: 'mend it first; nothing was written',
  });
}

function verify(path: string, text: string, entry: ServerEntry): void {
  const written: unknown = parseSource(text).doc.getIn(['mcp_servers', serverName, 'command']);
  if (written === entry.command) return;
  throw new UsageError('the config cannot be edited safely; nothing was written', {
    where: path,
    cure: 'add what `asm setup --print` shows by hand',
  });
}
