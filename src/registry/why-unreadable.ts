import { isMap, isNode, isScalar, visit, type Pair, type YAMLMap } from 'yaml';
import { entryId } from '../core/model/entry.ts';
import { clean } from '../core/words/text.ts';
import { anchorsOf } from '../yaml/anchors.ts';
import { keyText, lookUp, scalarText } from '../yaml/navigate.ts';
import { plainWords } from '../yaml/plain-words.ts';
import { positionOf, startOf, type Source } from '../yaml/source.ts';
import { socketIn, type Sessions } from './find-entries.ts';

/** Why a text is refused as a registry. */
export interface Refusal {
  readonly message: string;
  /** `line:column`. */
  readonly at: string;
  readonly cure: string;
}

/**
 * Refuses a text before it is parsed: conflict markers mean something in YAML, and the parser takes NUL bytes for
 * letters.
 */
export function refuseText(text: string): Refusal | null {
  const nul = text.indexOf('\0');
  if (nul !== -1) {
    const before = text.slice(0, nul).split('\n');
    const at = `${before.length}:${[...(before.at(-1) ?? '')].length + 1}`;
    const cure = 'bring the text back that stood there (the state folder keeps backups), and take the NUL bytes out';
    return { message: 'it holds NUL bytes, as a file does that was not written to its end', at, cure };
  }
  const lines = text.split('\n');
  const marker = lines.findIndex((line) => /^(<{7} |>{7} |\|{7} |={7}\s*$)/.test(line));
  if (marker === -1) return null;
  const cure = 'settle the conflict and take the markers out';
  return { message: 'it holds conflict markers', at: `${marker + 1}:1`, cure };
}

/**
 * Refuses a text for an error of the parser, its shape or a double entry.
 * @param registered sessions that the monitor registered
 */
export function refuseSource(source: Source, sessions: Sessions, registered: ReadonlySet<string>): Refusal | null {
  return (
    wrongDocument(source, sessions, registered) ??
    bomb(source) ??
    wrongShape(source, sessions) ??
    doubleEntry(source, sessions, registered)
  );
}

function wrongDocument(source: Source, sessions: Sessions, registered: ReadonlySet<string>): Refusal | null {
  const error = source.doc.errors[0];
  if (error === undefined) return null;
  const at = positionOf(source, error.pos[0]);
  if (error.code === 'MULTIPLE_DOCS') {
    const cure = 'keep one document: take the second `---` out';
    return { message: 'it holds more than one document', at, cure };
  }
  const double = error.code === 'DUPLICATE_KEY' ? doubleKey(source, error.pos[0]) : null;
  if (double !== null) return doubleKeyRefusal(source, sessions, registered, double);
  return { message: clean(plainWords(error)), at, cure: 'mend that line' };
}

interface DoubleKey {
  readonly map: YAMLMap;
  readonly first: Pair;
  readonly second: Pair;
}

/** Finds the two pairs with one key, the second of which begins at `offset`. */
function doubleKey(source: Source, offset: number): DoubleKey | null {
  let found: DoubleKey | null = null;
  visit(source.doc, {
    Map: (_, map) => {
      const second = map.items.find((item) => isNode(item.key) && startOf(item.key) === offset);
      const first = second && map.items.find((item) => keyText(item) === keyText(second));
      if (second === undefined || first === undefined) return undefined;
      found = { map, first, second };
      return visit.BREAK;
    },
  });
  return found;
}

function doubleKeyRefusal(
  source: Source,
  sessions: Sessions,
  registered: ReadonlySet<string>,
  { map, first, second }: DoubleKey,
): Refusal {
  const name = keyText(second) ?? '';
  const both = [first, second].map((pair) => ({
    offset: startOf(pair.key),
    isOurs: isMap(pair.value) && scalarText(pair.value.get('last_visible_status', true)) === 'auto-registered',
  }));
  if (sessions.shape === 'map' && sessions.node === map) return twice(source, name, both, registered);
  const [before, at] = both.map(({ offset }) => positionOf(source, offset));
  const message = `the key ${clean(name)} stands twice, in lines ${lineOf(before)} and ${lineOf(at)}`;
  return { message, at: at ?? '1:1', cure: 'keep one of the two' };
}

interface Occurrence {
  readonly offset: number;
  /** The entry looks like the monitor's own. */
  readonly isOurs: boolean;
}

function twice(source: Source, name: string, both: readonly Occurrence[], registered: ReadonlySet<string>): Refusal {
  const positions = both.map(({ offset }) => positionOf(source, offset));
  const lines = positions.map(lineOf);
  const message = `the session ${clean(name)} stands twice, in lines ${lines.join(' and ')}`;
  const at = positions.at(-1) ?? '1:1';
  if (!registered.has(name)) {
    return { message, at, cure: 'keep one of the two, or give them different tmux_socket in a list' };
  }
  const own = both.filter(({ isOurs }) => isOurs);
  const line = own.length === 1 ? lines[both.findIndex(({ isOurs }) => isOurs)] : lines.at(-1);
  return {
    message: `${message}; the one in line ${line} is ours`,
    at,
    cure: `delete the entry in line ${line}`,
  };
}

function lineOf(position: string | undefined): string {
  return position?.split(':')[0] ?? '1';
}

function wrongShape(source: Source, sessions: Sessions): Refusal | null {
  const { contents } = source.doc;
  if (contents === null || (isScalar(contents) && contents.value === null)) return null;
  if (!isMap(contents)) {
    return { message: 'it is not a mapping', at: '1:1', cure: 'a registry begins with `sessions:`' };
  }
  if (sessions.shape === 'wrong') {
    return { message: sessions.reason, at: positionOf(source, sessions.offset), cure: 'mend that line' };
  }
  const strange = contents.items.find((item) => keyText(item) !== 'version');
  if (sessions.shape !== 'none' || strange === undefined) return null;
  const at = positionOf(source, startOf(strange.key));
  return {
    message: 'it has no `sessions`',
    at,
    cure: 'is it the right file? A registry has a `sessions:` key',
  };
}

function doubleEntry(source: Source, sessions: Sessions, registered: ReadonlySet<string>): Refusal | null {
  if (sessions.shape !== 'list') return null;
  const first = new Map<string, Occurrence>();
  for (const range of sessions.entries) {
    if (range.map === null) continue;
    const word = (key: string) => scalarText(range.map && lookUp(range.map, key, source.doc)?.node);
    const key = entryId({ session: range.session, socket: socketIn(range.map, source) });
    const now = { offset: range.start, isOurs: word('last_visible_status') === 'auto-registered' };
    const before = first.get(key);
    if (before !== undefined) return twice(source, range.session, [before, now], registered);
    first.set(key, now);
  }
  return null;
}

/** Refuses aliases that mean nothing, never end, or unfold beyond any size of a registry. */
function bomb(source: Source): Refusal | null {
  const { unknown, endless, heaviest } = anchorsOf(source.doc);
  if (unknown !== null) {
    const message = `the alias *${clean(unknown.source)} stands for nothing before it`;
    return { message, at: positionOf(source, startOf(unknown)), cure: 'mend that line' };
  }
  if (endless !== null) {
    const message = `the alias *${clean(endless.source)} stands inside of what it stands for`;
    return { message, at: positionOf(source, startOf(endless)), cure: 'mend that line' };
  }
  if (heaviest === null || heaviest.nodes <= nodesAtMost) return null;
  const message = `the alias *${clean(heaviest.alias.source)} unfolds to more than ${nodesAtMost} values`;
  return { message, at: positionOf(source, startOf(heaviest.alias)), cure: 'unfold the aliases' };
}

/** A value that unfolds into so many is no session; 1,000 entries with one anchor are far below. */
const nodesAtMost = 100_000;
