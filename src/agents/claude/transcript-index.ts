import type { Stats } from 'node:fs';
import { join } from 'node:path';
import { hidingPlaces } from '../../core/model/conversation-file.ts';
import { idKey } from '../../core/model/conversation-id.ts';
import type { Artifact } from '../../core/model/evidence.ts';
import { once } from '../../core/model/once.ts';
import { anyConversation, makeFileReads, type FileReads } from '../../system/file-reads.ts';
import { encodedFolder, longestFolder } from './project-folder.ts';

/** Claude's transcripts in one observation: by id in any folder, and those of one working directory. */
export interface TranscriptIndex {
  /**
   * Finds a transcript; `undefined`: it may be under an unreadable path.
   * @param cwd where it probably began
   */
  find(id: string, cwd?: string | null): Artifact | null | undefined;
  /** Lists the transcripts of a directory; `null`: one of its folders cannot be read. */
  begunIn(cwd: string, wanted: Wanted): readonly Listed[] | null;
}

export interface Wanted {
  /** Only transcripts that were changed since; ms since 1970. */
  readonly since: number;
  /** Or transcripts with one of these ids, in small letters. */
  readonly ids: ReadonlySet<string>;
}

export interface Listed {
  readonly id: string;
  readonly path: string;
  readonly root: string;
  /** Its state just now; `null`: not looked at yet. */
  readonly stat: Stats | null;
}

/**
 * Makes the index. It keeps the list of a folder until the folder changes, and the age of each transcript. So a folder
 * of thousands of transcripts costs a pass only a few of them: a transcript that was not written since an agent started
 * was not begun since.
 */
export function makeTranscriptIndex() {
  const places = new Map<string, string>();
  const kept = new Map<string, Listing>();
  let known: Known = { listings: [], byId: new Map() };
  return (roots: readonly string[], files: FileReads): TranscriptIndex => {
    const list = listerOf(kept, files);
    const everywhere = once(() => (known = listedById(roots, list, known)).byId);

    const find = (id: string, cwd: string | null = null): Artifact | null | undefined => {
      const key = idKey(id);
      const likely = [places.get(key) ?? [], ...(cwd === null ? [] : probablePaths(id, cwd, roots))].flat();
      // Trouble at a likely path is noted when all paths are checked.
      const unnoted = makeFileReads();
      const there = likely.flatMap((path) => artifactAt(path, key, unnoted) ?? [])[0] ?? null;
      if (there !== null) return keep(key, there);
      const listed = everywhere().get(key) ?? [];
      const found = listed.flatMap((one) => artifactAt(pathIn(one, key), key, files) ?? [])[0] ?? null;
      if (found !== null) return keep(key, found);
      // A file that was listed and is gone by now is just being moved.
      return listed.length > 0 || hidingPlaces(key, files.unreadable()).length > 0 ? undefined : null;
    };
    const keep = (key: string, artifact: Artifact): Artifact => {
      places.set(key, artifact.path);
      return artifact;
    };
    return { find, begunIn: (cwd, wanted) => begunIn(foldersOf(cwd, roots, list), wanted, list, files) };
  };
}

/** The list of one folder, at the folder's time. */
interface Listing {
  readonly folder: string;
  readonly key: string;
  /** The folder was older than the clock's step, so a later change also changes its time. */
  readonly isSettled: boolean;
  readonly names: readonly string[];
  /** Its transcripts: names by id in small letters. */
  readonly transcripts: ReadonlyMap<string, string>;
  /** When each transcript was changed, as last seen, by id; ms since 1970. */
  readonly ages: Map<string, number>;
  /** The transcripts that were changed after `since` (ms since 1970); `null`: not all of them were read. */
  recent: { readonly since: number; readonly ids: readonly string[] } | null;
}

interface Known {
  readonly listings: readonly Listing[];
  readonly byId: ReadonlyMap<string, readonly Listing[]>;
}

type Answer = Listing | null | 'unreadable';

/** Lists a project folder of a root, or the folder that holds them. */
type List = (root: string, name: string | null) => Answer;

/** File systems tell times in steps of up to two seconds. */
const stepMs = 2_000;

function listerOf(kept: Map<string, Listing>, files: FileReads): List {
  const listed = new Map<string, Answer>();
  const read = (folder: string, isAmongFolders: boolean): Answer => {
    const stat = files.stat(folder, anyConversation);
    if (stat === null || stat === 'unreadable') return stat;
    // It is a stray file. In the place of the whole folder it would hide all.
    if (isAmongFolders && !stat.isDirectory()) return null;
    const key = `${stat.dev} ${stat.ino} ${stat.mtimeMs}`;
    const before = kept.get(folder);
    if (before?.key === key && before.isSettled) return before;
    const isSettled = stat.mtimeMs < Date.now() - stepMs;
    const names = files.names(folder, anyConversation);
    if (names === null || names === 'unreadable') return names;
    const transcripts = new Map(
      names.flatMap((name) => (name.endsWith(ending) ? [[idKey(name.slice(0, -ending.length)), name]] : [])),
    );
    const ages = new Map([...(before?.ages ?? [])].filter(([id]) => transcripts.has(id)));
    const listing = { folder, key, isSettled, names, transcripts, ages, recent: null };
    kept.set(folder, listing);
    return listing;
  };
  const list = (folder: string, above: string | null): Answer => {
    const done = listed.get(folder);
    if (done !== undefined) return done;
    const listing = above !== null && list(above, null) === 'unreadable' ? 'unreadable' : read(folder, above !== null);
    listed.set(folder, listing);
    return listing;
  };
  return (root, name) => {
    const projects = join(root, 'projects');
    return name === null ? list(projects, null) : list(`${projects}/${name}`, projects);
  };
}

const ending = '.jsonl';

function namesOf(listing: Answer): readonly string[] {
  return listing === null || listing === 'unreadable' ? [] : listing.names;
}

function pathIn({ folder, transcripts }: Listing, id: string): string {
  return `${folder}/${transcripts.get(id) ?? `${id}${ending}`}`;
}

/** Lists all folders once for any number of ids; not at all if no folder changed. */
function listedById(roots: readonly string[], list: List, known: Known): Known {
  const listings = roots.flatMap((root) =>
    namesOf(list(root, null))
      .map((name) => list(root, name))
      .filter((listing) => listing !== null && listing !== 'unreadable'),
  );
  const isSame = listings.length === known.listings.length && listings.every((one, at) => one === known.listings[at]);
  if (isSame) return known;
  const byId = new Map<string, Listing[]>();
  for (const listing of listings) {
    for (const id of listing.transcripts.keys()) {
      const others = byId.get(id);
      if (others === undefined) byId.set(id, [listing]);
      else others.push(listing);
    }
  }
  return { listings, byId };
}

/**
 * Returns the paths at which Claude begins a conversation of that directory; none for a word that cannot be a file's
 * name.
 */
function probablePaths(id: string, cwd: string, roots: readonly string[]): readonly string[] {
  const folder = encodedFolder(cwd);
  if (folder.length >= longestFolder || !/^[\w-]+$/.test(id)) return [];
  return roots.map((root) => join(root, 'projects', folder, `${id}${ending}`));
}

function artifactAt(path: string, id: string, files: FileReads): Artifact | null {
  const stat = files.file(path, { kind: 'conversations', id });
  return stat === null || stat === 'unreadable' ? null : { path, size: stat.size, mtime: stat.mtimeMs };
}

interface Folder {
  readonly root: string;
  readonly name: string;
}

/** Returns the folders in which the directory's transcripts begin; only the beginning of a long name is known. */
function foldersOf(cwd: string, roots: readonly string[], list: List): readonly Folder[] {
  const encoded = encodedFolder(cwd);
  return roots.flatMap((root) => {
    const names =
      encoded.length < longestFolder ? [encoded] : namesOf(list(root, null)).filter((name) => name.startsWith(encoded));
    return names.map((name) => ({ root, name }));
  });
}

function begunIn(folders: readonly Folder[], wanted: Wanted, list: List, files: FileReads): readonly Listed[] | null {
  const begun: Listed[] = [];
  for (const { root, name } of folders) {
    const listing = list(root, name);
    if (listing === 'unreadable') return null;
    if (listing === null) continue;
    const stats = new Map<string, Stats>();
    const recent = changedSince(listing, wanted.since, stats, files);
    const ids = new Set([...recent, ...inBoth(wanted.ids, listing.transcripts)]);
    const listed = [...ids].filter(isUuid);
    begun.push(...listed.map((id) => ({ id, path: pathIn(listing, id), root, stat: stats.get(id) ?? null })));
  }
  return begun;
}

/** Returns the ids that are in both, by asking for those of the smaller one: there may be thousands of either. */
function inBoth(ids: ReadonlySet<string>, transcripts: ReadonlyMap<string, string>): readonly string[] {
  return ids.size < transcripts.size
    ? [...ids].filter((id) => transcripts.has(id))
    : [...transcripts.keys()].filter((id) => ids.has(id));
}

/**
 * Returns the transcripts that were changed since then. A transcript whose last known change is earlier may have grown,
 * but was begun earlier: it is left out.
 * @param stats takes the state of each transcript that is looked at
 */
function changedSince(listing: Listing, since: number, stats: Map<string, Stats>, files: FileReads): readonly string[] {
  const { transcripts, ages, recent } = listing;
  const perhaps = recent !== null && recent.since <= since ? recent.ids : transcripts.keys();
  const changed: string[] = [];
  for (const id of perhaps) {
    if ((ages.get(id) ?? Infinity) < since) continue;
    const stat = files.stat(pathIn(listing, id), { kind: 'conversations', id });
    if (stat === null || stat === 'unreadable' || !stat.isFile()) continue;
    stats.set(id, stat);
    ages.set(id, stat.mtimeMs);
    if (stat.mtimeMs >= since) changed.push(id);
  }
  listing.recent = { since, ids: changed };
  return changed;
}

function isUuid(id: string): boolean {
  return /^[0-9a-f-]{36}$/.test(id);
}
