import { isAlias, isMap, isNode, isPair, isSeq, type Node, type YAMLMap } from 'yaml';
import { agentNamed, idsBy, type AgentFacts } from '../core/model/agent.ts';
import type { Entry, IdValue } from '../core/model/entry.ts';
import { writtenTime } from '../core/words/written-time.ts';
import { anchorsOf } from '../yaml/anchors.ts';
import { lookUp, nodeAt, scalarText } from '../yaml/navigate.ts';
import type { Source } from '../yaml/source.ts';
import { idIn, nameIn, wordIn } from './empty-words.ts';
import { entryHash } from './hash.ts';
import { socketIn, type EntryRange, type Sessions } from './find-entries.ts';
import { readLineage } from './lineage.ts';
import { misshapenFields } from './misshapen.ts';

/** Caches the entries of a parsed text: the next pass reads the written text, and the next write begins with it. */
const known = new WeakMap<Source, readonly Entry[]>();

/** Reads every entry tolerantly: an unreadable field is `null`, never guessed. */
export function readEntries(source: Source, sessions: Sessions, agents: readonly AgentFacts[]): readonly Entry[] {
  if (sessions.shape !== 'map' && sessions.shape !== 'list') return [];
  const before = known.get(source);
  if (before !== undefined) return before;
  const anchors = anchorsOf(source.doc).used;
  const reading = { source, agents, anchors, misshapenIn: misshapenFields(agents) };
  const entries = sessions.entries.map((range) => readEntry(range, reading));
  known.set(source, entries);
  return entries;
}

interface Reading {
  readonly source: Source;
  readonly agents: readonly AgentFacts[];
  readonly anchors: ReadonlySet<Node>;
  readonly misshapenIn: ReturnType<typeof misshapenFields>;
}

function readEntry(range: EntryRange, { source, agents, anchors, misshapenIn }: Reading): Entry {
  const { map } = range;
  const { line, col: column } = source.lines.linePos(range.start);
  const at = (...path: string[]): Node | null => nodeAt(map, path, source.doc);
  const word = (...path: string[]): string | null => wordIn(at(...path));
  const id = (path: readonly string[]): IdValue => idField(map, path, source);
  const misshapen = misshapenIn(map, source);
  return {
    session: range.session,
    socket: socketIn(map, source),
    line,
    column,
    textHash: entryHash(source.text.slice(range.start, range.end)),
    ...statusOf(scalarText(at('status'))),
    halfTyped: range.halfTyped,
    workspace: word('workspace'),
    ...agentOf(nameIn(at('agent')), agents),
    cwd: word('cwd'),
    host: word('host'),
    createdAt: writtenTime(word('created_at') ?? '').exact,
    ...termination(word('terminated_at')),
    terminationMode: word('termination_mode'),
    pane: isMap(at('pane'))
      ? { pid: whole(word('pane', 'pid')), cmd: word('pane', 'cmd'), cwd: word('pane', 'cwd') }
      : null,
    ids: idsBy(agents, id),
    lineage: readLineage(at('previous_session_ids'), source),
    lastVisibleStatus: scalarText(at('last_visible_status')),
    jobId: nameIn(at('delegate_job_id')),
    // An unreadable `monitor` may hold the wish to be ignored.
    ignore: isWished(word('monitor', 'ignore')) || misshapen.some(({ path }) => /^monitor\b/.test(path)),
    pin: words(at('monitor', 'pin')),
    shared: map === null ? [] : sharedPaths(map, anchors),
    misshapen,
  };
}

function statusOf(text: string | null): Pick<Entry, 'status' | 'otherStatus'> {
  const word = text?.trim().toLowerCase();
  if (word === 'running' || word === 'terminated') return { status: word, otherStatus: null };
  return { status: null, otherStatus: text };
}

function agentOf(word: string | null, agents: readonly AgentFacts[]): Pick<Entry, 'agent' | 'otherAgent'> {
  const agent = agentNamed(word, agents);
  return { agent, ...(agent === null && word !== null ? { otherAgent: word.trim() } : {}) };
}

function termination(text: string | null): Pick<Entry, 'terminatedAt' | 'vagueTermination'> {
  if (text === null || text === '') return { terminatedAt: null, vagueTermination: null };
  const { exact, latest } = writtenTime(text);
  return { terminatedAt: exact, vagueTermination: exact === null ? { text, latest } : null };
}

function idField(map: YAMLMap | null, path: readonly string[], source: Source): IdValue {
  const parent = nodeAt(map, path.slice(0, -1), source.doc);
  const found = isMap(parent) ? lookUp(parent, path.at(-1) ?? '', source.doc) : null;
  return found === null ? undefined : idIn(found.node);
}

/** Reads a list, or a list that is written as one text: `status, cwd`. */
function words(node: Node | null): string[] {
  const all = isSeq(node) ? node.items.map(scalarText) : [wordIn(node)];
  return all.flatMap((text) => (text ?? '').split(/[\s,]+/)).filter((word) => word !== '');
}

/** Decides whether a word may be the wish to be ignored: only a clear `no` is not. */
function isWished(word: string | null): boolean {
  return word !== null && !/^(false|no?|off|0)$/i.test(word.trim());
}

/** Returns a pid; `null` for one with so many digits that it would be rounded: JSON, and so the cache, has no infinity. */
function whole(text: string | null): number | null {
  const number = text !== null && /^\d+$/.test(text) ? Number(text) : null;
  return Number.isSafeInteger(number) ? number : null;
}

/** Returns the dotted paths of values in the entry that other places share; `''` is the whole entry. */
function sharedPaths(map: YAMLMap, anchors: ReadonlySet<Node>): string[] {
  if (anchors.size === 0) return [];
  const paths: string[] = [];
  const walk = (node: Node, path: readonly string[]): void => {
    if (isAlias(node)) return;
    if (anchors.has(node)) paths.push(path.join('.'));
    if (!isMap(node)) return;
    for (const item of node.items) {
      const key = isPair(item) ? scalarText(item.key) : null;
      if (key !== null && key !== '<<' && isNode(item.value)) walk(item.value, [...path, key]);
    }
  };
  walk(map, []);
  return paths;
}
