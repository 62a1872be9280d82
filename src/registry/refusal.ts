import { isMap, isNode, isScalar } from 'yaml';
import { clean } from '../core/text.ts';
import { keyText } from '../yaml/navigate.ts';
import { placeOf, type Source } from '../yaml/source.ts';
import type { Sessions } from './layout.ts';

/** Why a text is no registry that we would ever write to. */
export interface Refusal {
  readonly message: string;
  /** Offset in the text, or a ready `line:column`. */
  readonly at: string;
  readonly cure: string;
  readonly ours: boolean;
}

/** Before it is parsed: conflict markers have YAML's own meanings. */
export function refuseText(text: string): Refusal | null {
  const lines = text.split('\n');
  const marker = lines.findIndex((line) => /^(<{7} |>{7} |\|{7} |={7}\s*$)/.test(line));
  if (marker === -1) return null;
  const cure = 'settle the conflict and take the markers out';
  return { message: 'it holds conflict markers', at: `${marker + 1}:1`, cure, ours: false };
}

/** What the parser, the shape or a double entry says against it. `ours`: sessions that we registered. */
export function refuseSource(source: Source, sessions: Sessions, ours: ReadonlySet<string>): Refusal | null {
  return (
    wrongDocument(source) ??
    wrongShape(source, sessions) ??
    doubleEntry(source, sessions, ours) ??
    bomb(source, sessions)
  );
}

function wrongDocument(source: Source): Refusal | null {
  const error = source.doc.errors[0];
  if (error === undefined) return null;
  const at = placeOf(source, error.pos[0]);
  if (error.code === 'MULTIPLE_DOCS') {
    return {
      message: 'it holds more than one document',
      at,
      cure: 'keep one document: take the second `---` out',
      ours: false,
    };
  }
  const words =
    error.code === 'DUPLICATE_KEY' ? duplicateWords(source, error.pos[0]) : clean(error.message.split('\n')[0] ?? '');
  return { message: words, at, cure: 'mend that line', ours: false };
}

function duplicateWords(source: Source, offset: number): string {
  const word = /^[^\s:]+/.exec(source.text.slice(offset))?.[0] ?? 'a key';
  return `the key ${clean(word)} stands twice`;
}

function wrongShape(source: Source, sessions: Sessions): Refusal | null {
  const { contents } = source.doc;
  if (contents === null || (isScalar(contents) && contents.value === null)) return null;
  if (!isMap(contents)) {
    return { message: 'it is not a mapping', at: '1:1', cure: 'a registry begins with `sessions:`', ours: false };
  }
  if (sessions.shape === 'wrong') {
    return { message: sessions.reason, at: placeOf(source, sessions.offset), cure: 'mend that line', ours: false };
  }
  const strange = contents.items.find((item) => keyText(item) !== 'version');
  if (sessions.shape !== 'none' || strange === undefined) return null;
  const at = isNode(strange.key) ? placeOf(source, strange.key.range?.[0] ?? 0) : '1:1';
  return {
    message: 'it has no `sessions`',
    at,
    cure: 'is it the right file? A registry has a `sessions:` key',
    ours: false,
  };
}

function doubleEntry(source: Source, sessions: Sessions, ours: ReadonlySet<string>): Refusal | null {
  if (sessions.shape !== 'list') return null;
  const first = new Map<string, number>();
  for (const place of sessions.entries) {
    if (place.map === null) continue;
    const socket = place.map.items.find((item) => keyText(item) === 'tmux_socket')?.value;
    const key = `${place.session}\u0000${isScalar(socket) ? String(socket.value) : ''}`;
    const line = source.lines.linePos(place.start).line;
    const before = first.get(key);
    if (before === undefined) {
      first.set(key, line);
      continue;
    }
    const mine = ours.has(place.session);
    const whose = mine ? `; the one in line ${line} is ours: take it out` : '';
    return {
      message: `the session ${clean(place.session)} stands twice, in lines ${before} and ${line}${whose}`,
      at: placeOf(source, place.start),
      cure: mine ? `delete the entry in line ${line}` : 'keep one of the two, or give them different tmux_socket',
      ours: mine,
    };
  }
  return null;
}

/** Aliases that unfold beyond what a registry of this size can mean. */
function bomb(source: Source, sessions: Sessions): Refusal | null {
  if (!source.text.includes('*')) return null;
  const entries = sessions.shape === 'map' || sessions.shape === 'list' ? sessions.entries.length : 0;
  try {
    source.doc.toJS({ maxAliasCount: 100 + entries * 20 });
    return null;
  } catch (error) {
    const message = error instanceof Error ? clean(error.message) : 'its aliases cannot be resolved';
    return { message, at: '1:1', cure: 'unfold the aliases', ours: false };
  }
}
