import { isDeepStrictEqual } from 'node:util';
import type { Edit } from '../core/drift.ts';
import { entryId, type Entry, type EntryKey } from '../core/entry.ts';
import { AudienceError, exitCode } from '../errors.ts';
import { nest, prependSplice, setSplice } from '../yaml/edit.ts';
import { parseSource, type Source } from '../yaml/source.ts';
import { applySplices, type Splice } from '../yaml/splice.ts';
import type { Writable } from '../yaml/write-value.ts';
import { sessionsOf, type EntryPlace, type Sessions } from './layout.ts';
import { textHash } from './hash.ts';
import { hashOf, readEntries } from './read-entries.ts';
import { freshRegistry, registerSplices } from './register.ts';
import type { Prepared } from './registry-file.ts';

/** What `undo` needs: each entry's text before and after. `before: null`: the entry was not there. */
export interface UndoItem {
  readonly session: string;
  readonly socket: string | null;
  readonly before: string | null;
  readonly after: string;
}

export interface PreparedText {
  readonly prepared: Prepared;
  readonly source: Source;
}

/** The new text, made by splices, parsed again and compared: nothing but the edits may have changed. */
export function prepareText(from: Source | null, edits: readonly Edit[]): PreparedText {
  const source = from ?? parseSource(freshRegistry);
  const sessions = sessionsOf(source);
  const before = placesById(source, sessions);
  const { splices, refused, made } = splicesFor(source, sessions, before, edits);
  const next = splices.length === 0 ? source : parseSource(applySplices(source.text, splices));
  verify(source, next, made, sessions);
  const after = placesById(next, sessionsOf(next));
  const touched = [...new Set(made.map((edit) => entryId(edit.entry)))];
  const undo = touched.flatMap((id): UndoItem[] => {
    const place = after.get(id);
    if (place === undefined) return [];
    const old = before.get(id);
    return [
      { ...place.key, before: old === undefined ? null : textOf(source, old.place), after: textOf(next, place.place) },
    ];
  });
  const entryHashes = Object.fromEntries(
    touched.flatMap((id) => {
      const place = after.get(id)?.place;
      return place === undefined ? [] : [[id, hashOf(textOf(next, place))] as const];
    }),
  );
  return { source: next, prepared: { text: next.text, hash: textHash(next.text), refused, entryHashes, undo } };
}

interface Place {
  readonly key: EntryKey;
  readonly place: EntryPlace;
}

export function placesById(source: Source, sessions: Sessions): ReadonlyMap<string, Place> {
  if (sessions.shape !== 'map' && sessions.shape !== 'list') return new Map();
  const entries: readonly Entry[] = readEntries(source, sessions);
  return new Map(
    sessions.entries.flatMap((place, index) => {
      const entry = entries[index];
      if (entry === undefined) return [];
      const key = { session: entry.session, socket: entry.socket };
      return [[entryId(key), { key, place }] as const];
    }),
  );
}

export function textOf(source: Source, place: EntryPlace): string {
  return source.text.slice(place.start, place.end);
}

function splicesFor(
  source: Source,
  sessions: Sessions,
  places: ReadonlyMap<string, Place>,
  edits: readonly Edit[],
): { splices: Splice[]; refused: Prepared['refused']; made: readonly Edit[] } {
  const splices: Splice[] = [];
  const refused: { edit: Edit; reason: string }[] = [];
  const made: Edit[] = [];
  const shared = new Map(readEntries(source, sessions).map((entry) => [entryId(entry), entry.shared]));
  for (const edit of edits) {
    if (edit.op === 'register') {
      made.push(edit);
      continue;
    }
    const map = places.get(entryId(edit.entry))?.place.map ?? null;
    if (map === null) {
      refused.push({ edit, reason: 'the entry is not in the file any more' });
      continue;
    }
    const anchor = sharedAt(shared.get(entryId(edit.entry)) ?? [], edit.path);
    if (anchor !== null) {
      refused.push({ edit, reason: `${anchor === '' ? 'the entry' : anchor} is an anchor that other values use` });
      continue;
    }
    splices.push(
      edit.op === 'set' ? setSplice(source, map, edit.path, edit.to) : prependSplice(source, map, edit.path, edit.item),
    );
    made.push(edit);
  }
  const added = made
    .filter((edit) => edit.op === 'register')
    .map(({ entry, fields }) => ({ session: entry.session, fields }));
  return { splices: [...splices, ...registerSplices(source, sessions, added)], refused, made };
}

/** The anchor that the value at `path`, or a mapping above it, is. */
function sharedAt(shared: readonly string[], path: readonly string[]): string | null {
  const dotted = path.join('.');
  return shared.find((anchor) => anchor === '' || anchor === dotted || dotted.startsWith(`${anchor}.`)) ?? null;
}

/** Compares what the new text says with what the old one would say with the edits in it. */
function verify(source: Source, next: Source, edits: readonly Edit[], sessions: Sessions): void {
  const error = next.doc.errors[0];
  const expected = edits.reduce((world, edit) => withEdit(world, edit, sessions), read(source));
  if (error === undefined && isDeepStrictEqual(read(next), expected)) return;
  throw new AudienceError(exitCode.registry, 'the edit would have changed more than it should; nothing was written', {
    cure: 'please report it with the entry that is to be edited; `monitor: { ignore: true }` in the entry keeps it alone',
    cause: error,
  });
}

type World = { readonly [key: string]: Writable };

function read(source: Source): World {
  const world: unknown = source.doc.toJS({ maxAliasCount: -1 });
  return typeof world === 'object' && world !== null ? (structuredClone(world) as World) : {};
}

function withEdit(world: World, edit: Edit, sessions: Sessions): World {
  const all = world['sessions'] ?? (sessions.shape === 'list' ? [] : {});
  const { session } = edit.entry;
  if (Array.isArray(all)) {
    if (edit.op === 'register') {
      const key = nameKeyOf(all) ?? 'name';
      return { ...world, sessions: [...all, { [key]: session, ...edit.fields }] };
    }
    const index = sessions.shape === 'list' ? sessions.entries.findIndex((place) => isSame(place, edit.entry)) : -1;
    return { ...world, sessions: all.map((item, at) => (at === index ? changed(item, edit) : item)) };
  }
  const map = all as World;
  const value = edit.op === 'register' ? edit.fields : changed(map[session] ?? null, edit);
  return { ...world, sessions: { ...map, [session]: value } };
}

function nameKeyOf(items: readonly Writable[]): string | undefined {
  const last = items.findLast((item) => typeof item === 'object' && item !== null);
  return Object.keys(last ?? {}).find((key) => ['name', 'session', 'tmux_session', 'session_name'].includes(key));
}

function isSame(place: EntryPlace, key: EntryKey): boolean {
  if (place.session !== key.session || place.map === null) return false;
  const socket = place.map.get('tmux_socket');
  return (socket === undefined || socket === null ? null : String(socket)) === key.socket;
}

function changed(value: Writable, edit: Exclude<Edit, { op: 'register' }>): Writable {
  if (edit.op === 'set') return nest(value, edit.path, edit.to);
  let list: Writable | undefined = value;
  for (const key of edit.path) list = typeof list === 'object' && list !== null ? (list as World)[key] : undefined;
  return nest(value, edit.path, [edit.item, ...(Array.isArray(list) ? (list as Writable[]) : [])]);
}
