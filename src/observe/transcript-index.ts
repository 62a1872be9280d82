import { join } from 'node:path';
import { idKey } from '../core/conversation-id.ts';
import type { Artifact } from '../core/observation.ts';
import { makeFileLook, type FileLook } from './file-look.ts';
import { encodedFolder, longestFolder } from './project-folder.ts';

/** Claude's transcripts in one look: by id wherever they lie, and those of one working directory. */
export interface TranscriptIndex {
  /** `undefined`: it could lie in what cannot be read. @param cwd where it probably began */
  find(id: string, cwd?: string | null): Artifact | null | undefined;
  /** `null`: a folder of that directory cannot be read. */
  begunIn(cwd: string, wanted: Wanted): readonly Listed[] | null;
}

export interface Wanted {
  /** Only what was changed since; ms since 1970. */
  readonly since: number;
  /** Or has one of these ids, in small letters. */
  readonly ids: ReadonlySet<string>;
}

export interface Listed {
  readonly id: string;
  readonly path: string;
  readonly root: string;
}

/**
 * Keeps what a folder lists until the folder changes, and of what it lists how old it was. So a folder of thousands of
 * transcripts costs a few of them: what was not written since an agent started was not begun since.
 */
export function makeTranscriptIndex() {
  const places = new Map<string, string>();
  const kept = new Map<string, Listing>();
  return (roots: readonly string[], files: FileLook): TranscriptIndex => {
    const list = listerOf(kept, files);
    const everywhere = once(() => pathsById(roots, list));

    const find = (id: string, cwd: string | null = null): Artifact | null | undefined => {
      const key = idKey(id);
      const likely = [places.get(key) ?? [], ...(cwd === null ? [] : probablePaths(id, cwd, roots))].flat();
      // Whatever is wrong at a likely place is noted where all places are looked at.
      const unnoted = makeFileLook();
      const there = likely.flatMap((path) => artifactAt(path, key, unnoted) ?? [])[0] ?? null;
      if (there !== null) return keep(key, there);
      const listed = everywhere().get(key) ?? [];
      const found = listed.flatMap((path) => artifactAt(path, key, files) ?? [])[0] ?? null;
      if (found !== null) return keep(key, found);
      // What was listed and is gone by now is just being moved.
      return listed.length > 0 || isHidden(key, files) ? undefined : null;
    };
    const keep = (key: string, artifact: Artifact): Artifact => {
      places.set(key, artifact.path);
      return artifact;
    };
    return { find, begunIn: (cwd, wanted) => begunIn(foldersOf(cwd, roots, list), wanted, list, files) };
  };
}

/** What one folder lists, as it was when the folder had that time. */
interface Listing {
  readonly key: string;
  /** The folder was older than the clock's step: what comes later changes its time. */
  readonly isSettled: boolean;
  readonly names: readonly string[];
  /** Its transcripts: name by id in small letters. */
  readonly transcripts: ReadonlyMap<string, string>;
  /** When a transcript was changed, as it was seen last, by name; ms since 1970. */
  readonly ages: Map<string, number>;
}

type Answer = Listing | null | 'unreadable';

/** A project folder of a root, or the folder in which those stand. */
type List = (root: string, name: string | null) => Answer;

/** File systems tell times in steps of up to two seconds. */
const stepMs = 2_000;

export const anyConversation = { kind: 'conversations', id: null } as const;

function listerOf(kept: Map<string, Listing>, files: FileLook): List {
  const listed = new Map<string, Answer>();
  const read = (folder: string): Answer => {
    const stat = files.stat(folder, anyConversation);
    if (stat === null || stat === 'unreadable' || !stat.isDirectory()) return stat === 'unreadable' ? stat : null;
    const key = `${stat.dev} ${stat.ino} ${stat.mtimeMs}`;
    const before = kept.get(folder);
    if (before?.key === key && before.isSettled) return before;
    const isSettled = stat.mtimeMs < Date.now() - stepMs;
    const names = files.names(folder, anyConversation);
    if (names === null || names === 'unreadable') return names;
    const transcripts = new Map(
      names.flatMap((name) => (name.endsWith(ending) ? [[idKey(name.slice(0, -ending.length)), name]] : [])),
    );
    const ages = new Map([...(before?.ages ?? [])].filter(([name]) => transcripts.has(idOf(name))));
    const listing = { key, isSettled, names, transcripts, ages };
    kept.set(folder, listing);
    return listing;
  };
  const list = (folder: string, above: string | null): Answer => {
    const done = listed.get(folder);
    if (done !== undefined) return done;
    const listing = above !== null && list(above, null) === 'unreadable' ? 'unreadable' : read(folder);
    listed.set(folder, listing);
    return listing;
  };
  return (root, name) => {
    const projects = join(root, 'projects');
    return name === null ? list(projects, null) : list(join(projects, name), projects);
  };
}

const ending = '.jsonl';

function idOf(name: string): string {
  return idKey(name.slice(0, -ending.length));
}

function namesOf(listing: Answer): readonly string[] {
  return listing === null || listing === 'unreadable' ? [] : listing.names;
}

/** One pass over all folders, however many ids are looked for. */
function pathsById(roots: readonly string[], list: List): ReadonlyMap<string, readonly string[]> {
  const paths = new Map<string, string[]>();
  for (const root of roots) {
    for (const name of namesOf(list(root, null))) {
      const listing = list(root, name);
      if (listing === null || listing === 'unreadable') continue;
      for (const [id, file] of listing.transcripts) {
        const path = join(root, 'projects', name, file);
        const known = paths.get(id);
        if (known === undefined) paths.set(id, [path]);
        else known.push(path);
      }
    }
  }
  return paths;
}

/** Where Claude begins a conversation of that directory. A word from a registry that is no file's name leads nowhere. */
function probablePaths(id: string, cwd: string, roots: readonly string[]): readonly string[] {
  const folder = encodedFolder(cwd);
  if (folder.length >= longestFolder || !/^[\w-]+$/.test(id)) return [];
  return roots.map((root) => join(root, 'projects', folder, `${id}${ending}`));
}

function artifactAt(path: string, id: string, files: FileLook): Artifact | null {
  const stat = files.file(path, { kind: 'conversations', id });
  return stat === null || stat === 'unreadable' ? null : { path, size: stat.size, mtime: stat.mtimeMs };
}

function isHidden(id: string, files: FileLook): boolean {
  return files
    .unreadable()
    .some(({ hides }) => hides.kind === 'conversations' && (hides.id === null || hides.id === id));
}

interface Folder {
  readonly root: string;
  readonly name: string;
}

/** The encoded folder is where its transcripts begin; of a long name only the beginning is known. */
function foldersOf(cwd: string, roots: readonly string[], list: List): readonly Folder[] {
  const encoded = encodedFolder(cwd);
  return roots.flatMap((root) => {
    const names =
      encoded.length < longestFolder ? [encoded] : namesOf(list(root, null)).filter((name) => name.startsWith(encoded));
    return names.map((name) => ({ root, name }));
  });
}

function begunIn(folders: readonly Folder[], wanted: Wanted, list: List, files: FileLook): readonly Listed[] | null {
  const begun: Listed[] = [];
  for (const { root, name: folder } of folders) {
    const listing = list(root, folder);
    if (listing === 'unreadable') return null;
    if (listing === null) continue;
    for (const [id, name] of listing.transcripts) {
      const isWanted = wanted.ids.has(id);
      if (!isUuid(id) || (!isWanted && (listing.ages.get(name) ?? Infinity) < wanted.since)) continue;
      const path = join(root, 'projects', folder, name);
      const stat = files.stat(path, { kind: 'conversations', id });
      if (stat === null || stat === 'unreadable' || !stat.isFile()) continue;
      listing.ages.set(name, stat.mtimeMs);
      if (isWanted || stat.mtimeMs >= wanted.since) begun.push({ id, path, root });
    }
  }
  return begun;
}

function isUuid(id: string): boolean {
  return /^[0-9a-f-]{36}$/.test(id);
}

function once<Answer>(make: () => Answer): () => Answer {
  let made: { readonly answer: Answer } | null = null;
  return () => (made ??= { answer: make() }).answer;
}
