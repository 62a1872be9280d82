import { isMap, isSeq, type Node, type YAMLMap } from 'yaml';
import { idPaths, type Misshapen } from '../core/entry.ts';
import { nodeAt } from '../yaml/navigate.ts';
import type { Source } from '../yaml/source.ts';
import { wordIn } from './empty-words.ts';

type Shape = 'word' | 'mapping' | 'list';

const named: Record<Shape, string> = { word: 'a single word', mapping: 'a mapping', list: 'a list' };

const wordFields = [
  'workspace',
  'agent',
  'cwd',
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

/** Every field we know, dotted, and the shapes it may have. */
const shapes: ReadonlyMap<string, readonly Shape[]> = new Map<string, readonly Shape[]>([
  ...wordFields.map((path) => [path, ['word']] as const),
  ...Object.values(idPaths).flatMap((path) => idShapes(path)),
  ['pane', ['mapping']],
  ['previous_session_ids', ['list']],
  ['monitor', ['mapping']],
  // One field may be pinned by its name alone.
  ['monitor.pin', ['list', 'word']],
]);

function idShapes(path: readonly string[]): readonly (readonly [string, readonly Shape[]])[] {
  return path.map((_, index) => {
    const isLast = index === path.length - 1;
    return [path.slice(0, index + 1).join('.'), [isLast ? 'word' : 'mapping']] as const;
  });
}

/** Fields of an entry that have another shape than they should; one in which nothing stands has any. */
export function misshapenFields(map: YAMLMap | null, source: Source): readonly Misshapen[] {
  return [...shapes].flatMap(([path, allowed]) => {
    const node = nodeAt(map, path.split('.'), source.doc);
    const shape = node === null ? null : shapeOf(node);
    if (node === null || shape === null || allowed.includes(shape)) return [];
    const { line } = source.lines.linePos(node.range?.[0] ?? 0);
    const belongs = allowed.map((one) => named[one]).join(' or ');
    return [{ path, line, words: `${named[shape]} where ${belongs} belongs` }];
  });
}

function shapeOf(node: Node): Shape | null {
  if (isMap(node)) return 'mapping';
  if (isSeq(node)) return 'list';
  return wordIn(node) === null ? null : 'word';
}
