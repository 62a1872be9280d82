import { isAlias, isMap, isNode, isPair, isScalar, isSeq, type Node, type YAMLMap } from 'yaml';
import { agentNamed } from '../core/agent/index.ts';
import { idsBy, type Entry, type IdField, type LineageItem } from '../core/entry.ts';
import { anchorsOf } from '../yaml/anchors.ts';
import { lookUp, scalarText } from '../yaml/navigate.ts';
import type { Source } from '../yaml/source.ts';
import { entryHash } from './hash.ts';
import { type EntryPlace, type Sessions } from './layout.ts';

/** What was written is read as what came out, by the next look, and with the next write as what went in. */
const known = new WeakMap<Source, readonly Entry[]>();

/** Every entry, read tolerantly: what cannot be read is `null`, never guessed. */
export function readEntries(source: Source, sessions: Sessions): readonly Entry[] {
  if (sessions.shape !== 'map' && sessions.shape !== 'list') return [];
  const before = known.get(source);
  if (before !== undefined) return before;
  const anchors = anchorsOf(source.doc).used;
  const entries = sessions.entries.map((place) => readEntry(place, source, anchors));
  known.set(source, entries);
  return entries;
}

function readEntry(place: EntryPlace, source: Source, anchors: ReadonlySet<Node>): Entry {
  const { map } = place;
  const { line, col: column } = source.lines.linePos(place.start);
  const at = (...path: string[]): Node | null => nodeAt(map, path, source);
  const word = (...path: string[]): string | null => scalarText(at(...path));
  const monitor = at('monitor');
  const status = statusOf(word('status'));
  return {
    session: place.session,
    socket: word('tmux_socket'),
    line,
    column,
    textHash: entryHash(source.text.slice(place.start, place.end)),
    ...status,
    halfTyped: place.halfTyped,
    workspace: word('workspace'),
    agent: agentNamed(word('agent')),
    cwd: word('cwd'),
    createdAt: time(word('created_at')),
    terminatedAt: time(word('terminated_at')),
    terminationMode: word('termination_mode'),
    pane: isMap(at('pane'))
      ? { pid: whole(word('pane', 'pid')), cmd: word('pane', 'cmd'), cwd: word('pane', 'cwd') }
      : null,
    ids: idsBy((path) => idField(map, path, source)),
    lineage: lineage(at('previous_session_ids'), source),
    lastVisibleStatus: word('last_visible_status'),
    jobId: idField(map, ['delegate_job_id'], source) ?? null,
    ignore: isMap(monitor) && isTrue(lookUp(monitor, 'ignore', source.doc)?.node ?? null),
    pin: isMap(monitor) ? words(lookUp(monitor, 'pin', source.doc)?.node ?? null) : [],
    shared: map === null ? [] : sharedPaths(map, anchors),
  };
}

function statusOf(word: string | null): Pick<Entry, 'status' | 'otherStatus'> {
  if (word === 'running' || word === 'terminated') return { status: word, otherStatus: null };
  return { status: null, otherStatus: word };
}

function nodeAt(map: YAMLMap | null, path: readonly string[], source: Source): Node | null {
  let node: Node | null = map;
  for (const key of path) {
    if (!isMap(node)) return null;
    node = lookUp(node, key, source.doc)?.node ?? null;
  }
  return node;
}

function idField(map: YAMLMap | null, path: readonly string[], source: Source): IdField {
  const parent = path.length === 1 ? map : nodeAt(map, path.slice(0, -1), source);
  const key = path.at(-1);
  if (!isMap(parent) || key === undefined) return undefined;
  const found = lookUp(parent, key, source.doc);
  if (found === null) return undefined;
  const text = scalarText(found.node);
  return text === '' ? null : text;
}

function lineage(node: Node | null, source: Source): LineageItem[] {
  if (!isSeq(node)) return [];
  return node.items.flatMap((item) => {
    if (isScalar(item))
      return [scalarText(item)].flatMap((id) => (id === null ? [] : [{ id, until: null, reason: null }]));
    if (!isMap(item)) return [];
    const word = (key: string) => scalarText(lookUp(item, key, source.doc)?.node);
    const id = word('id');
    return id === null ? [] : [{ id, until: word('until'), reason: word('reason') }];
  });
}

function words(node: Node | null): string[] {
  if (isSeq(node)) return node.items.map(scalarText).filter((text) => text !== null);
  const one = scalarText(node);
  return one === null || one === '' ? [] : [one];
}

/** A human's `yes` and `on` mean it too. */
function isTrue(node: Node | null): boolean {
  return /^(true|yes|on)$/i.test(scalarText(node) ?? '');
}

/** A bare day tells no time: taken for its midnight it would lie before what happened on it. */
function time(text: string | null): number | null {
  const ms =
    text === null || !/\d:\d\d/.test(text)
      ? Number.NaN
      : Date.parse(/^\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d)?(\.\d+)?$/.test(text) ? `${text.replace(' ', 'T')}Z` : text);
  return Number.isNaN(ms) ? null : ms;
}

function whole(text: string | null): number | null {
  return text !== null && /^\d+$/.test(text) ? Number(text) : null;
}

/** Dotted paths of values in the entry that others share; `''` is the whole entry. */
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
