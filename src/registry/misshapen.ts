import { isMap, isNode, isSeq, type Node, type YAMLMap } from 'yaml';
import type { AgentFacts } from '../core/model/agent.ts';
import type { Misshapen } from '../core/model/entry.ts';
import { keyText, mergedInto, resolved } from '../yaml/navigate.ts';
import { startOf, type Source } from '../yaml/source.ts';
import { wordIn } from './empty-words.ts';

type Shape = 'word' | 'mapping' | 'list';

const named: Record<Shape, string> = { word: 'a single word', mapping: 'a mapping', list: 'a list' };

const wordFields = [
  'workspace',
  'agent',
  'cwd',
  'host',
  'tmux_socket',
  'status',
  'created_at',
  'terminated_at',
  'termination_mode',
  'last_visible_status',
  'delegate_job_id',
  'pane.pid',
  'pane.cmd',
  'pane.cwd',
  'monitor.ignore',
];

/** Every known field, dotted, and the shapes it may have. */
type Shapes = ReadonlyMap<string, readonly Shape[]>;

const shapes: readonly (readonly [string, readonly Shape[]])[] = [
  ...wordFields.map((path) => [path, ['word']] as const),
  ['pane', ['mapping']],
  ['previous_session_ids', ['list']],
  ['monitor', ['mapping']],
  // A single pinned field may be one word.
  ['monitor.pin', ['list', 'word']],
];

function idShapes(path: readonly string[]): readonly (readonly [string, readonly Shape[]])[] {
  return path.map((_, index) => {
    const isLast = index === path.length - 1;
    return [path.slice(0, index + 1).join('.'), [isLast ? 'word' : 'mapping']] as const;
  });
}

/** Returns what finds the fields of an entry that have a wrong shape, in their order; an empty field has any shape. */
export function misshapenFields(agents: readonly AgentFacts[]) {
  const ids = agents.flatMap(({ idPaths }) => idPaths.flatMap(idShapes));
  const known: Shapes = new Map([...shapes, ...ids]);
  return (map: YAMLMap | null, source: Source): readonly Misshapen[] =>
    map === null ? [] : misshapenIn(map, '', known, source);
}

/** Walks once over the present fields: to look each known field up by its path costs a third of the reading. */
function misshapenIn(map: YAMLMap, above: string, known: Shapes, source: Source): Misshapen[] {
  const seen = new Set<string>();
  const parts = [map, ...mergedInto(map, source.doc)];
  return parts.flatMap((part) =>
    part.items.flatMap((pair) => {
      const path = above + (keyText(pair) ?? '');
      const allowed = known.get(path);
      if (allowed === undefined || seen.has(path) || !isNode(pair.value)) return [];
      seen.add(path);
      const node = resolved(pair.value, source.doc);
      if (node === null) return [];
      if (isMap(node) && allowed.includes('mapping')) return misshapenIn(node, `${path}.`, known, source);
      return misfit(path, node, allowed, source);
    }),
  );
}

function misfit(path: string, node: Node, allowed: readonly Shape[], { lines }: Source): Misshapen[] {
  const shape = shapeOf(node);
  if (shape === null || allowed.includes(shape)) return [];
  const belongs = allowed.map((one) => named[one]).join(' or ');
  return [{ path, line: lines.linePos(startOf(node)).line, words: `${named[shape]} where ${belongs} belongs` }];
}

function shapeOf(node: Node): Shape | null {
  if (isMap(node)) return 'mapping';
  if (isSeq(node)) return 'list';
  return wordIn(node) === null ? null : 'word';
}
