/** An agent's word in the registry, which is also the name of its folder in `src/agents`. */
export type Agent = string;

/**
 * One conversation id, in the one spelling in which ids are compared (`canonicalId`). `undefined`: the key is not in the
 * entry. `null`: it stands there without an id.
 */
export type IdValue = string | null | undefined;

/** One field in which an entry may record a conversation of that agent. */
export interface IdField {
  readonly agent: Agent;
  readonly path: readonly string[];
  readonly value: IdValue;
}

/** Names one entry of a registry: two list items may share a session name if their sockets differ. */
export interface EntryKey {
  /** The tmux session name, as written. */
  readonly session: string;
  /** `tmux_socket` as written: a `-L` name or a path; `null` if the entry names none. */
  readonly socket: string | null;
}

/** One remembered earlier conversation id, newest first in its list. */
export interface LineageItem {
  readonly id: string;
  readonly until: string | null;
  readonly reason: string | null;
}

/** One session in the registry, read tolerantly: a field we cannot read is `null`, never guessed. Times are ms since 1970. */
export interface Entry extends EntryKey {
  /** 1-based line and column of the entry in the file, for messages. */
  readonly line: number;
  readonly column: number;
  /** Hash of the entry's own source text: changes when anybody edits the entry. */
  readonly textHash: string;
  /** `null`: absent or another word; the entry is left alone. */
  readonly status: 'running' | 'terminated' | null;
  /** That other word. */
  readonly otherStatus: string | null;
  /** Why the entry is half typed (null, a single word, …): it is left alone and told once. */
  readonly halfTyped: string | null;
  readonly workspace: string | null;
  /** `null`: a word that names no agent that we know; nothing is claimed about it. */
  readonly agent: Agent | null;
  readonly cwd: string | null;
  /** `host`: where it runs, in the user's words. */
  readonly host: string | null;
  /** `null` where it tells no exact time. */
  readonly createdAt: number | null;
  /** As above; what stands there instead is `vagueTermination`. */
  readonly terminatedAt: number | null;
  /** `terminated_at` where it tells no exact time. `latest`: it was no later than that; `null`: that cannot be told. */
  readonly vagueTermination: { readonly text: string; readonly latest: number | null } | null;
  readonly terminationMode: string | null;
  readonly pane: { readonly pid: number | null; readonly cmd: string | null; readonly cwd: string | null } | null;
  /** Every field of every agent, whether it stands there or not: of each agent the one that a new entry gets first. */
  readonly ids: readonly IdField[];
  /** `previous_session_ids`. */
  readonly lineage: readonly LineageItem[];
  readonly lastVisibleStatus: string | null;
  readonly jobId: string | null;
  /** `monitor.ignore`: the human's "leave me alone"; also where `monitor` says something there that is no clear no. */
  readonly ignore: boolean;
  /** `monitor.pin`: fields that are never touched, by their names, or dotted as in `pane.pid`. */
  readonly pin: readonly string[];
  /** Dotted paths of values that are anchors others use: they cannot be edited here. */
  readonly shared: readonly string[];
  /** Fields of another shape than ours (a word where a list belongs): they are left alone. */
  readonly misshapen: readonly Misshapen[];
}

/** A field that cannot be read as what it should be. */
export interface Misshapen {
  /** Dotted, from the entry. */
  readonly path: string;
  /** 1-based, in the file. */
  readonly line: number;
  /** What stands there and what belongs there, for people: `a list where a single word belongs`. */
  readonly words: string;
}

/** What a registry file held when it was read. */
export interface Registry {
  /** The path with symlinks resolved. */
  readonly path: string;
  readonly entries: readonly Entry[];
  /** Hash of the whole text; `null` where there is no file yet (a first run). */
  readonly hash: string | null;
  /** The file's mtime, ms since 1970: no entry is younger. `null` where there is no file. */
  readonly mtime: number | null;
}

/** An id as it is compared: in hexadecimal ones, such as UUIDs, case means nothing; in others it may. */
export function canonicalId(id: string): string {
  return /^[\da-f]+(-[\da-f]+)*$/i.test(id) ? id.toLowerCase() : id;
}

/** The `termination_mode` that we write. */
export const autoDetected = 'auto-detected';

/** What names an entry, and nothing else of it: it goes into edits and logs. */
export function keyOf({ session, socket }: EntryKey): EntryKey {
  return { session, socket };
}

/** Decides whether nothing is concluded about an entry: the user says so, its status is no word of ours, or it is still being typed. */
export function isLeftAlone(entry: Entry): boolean {
  return entry.ignore || entry.status === null || entry.halfTyped !== null;
}

/** One string for an entry, to key maps with. */
export function entryId(key: EntryKey): string {
  return key.socket === null ? key.session : `${key.session}\u0000${key.socket}`;
}

/** The session that an `entryId` names. */
export function sessionIn(id: string): string {
  return id.split('\u0000')[0] ?? id;
}

/** Every conversation that an entry records, the former ones too. */
export function recordedIds({ ids, lineage }: Entry): ReadonlySet<string> {
  return new Set([...ids.map(({ value }) => value), ...lineage.map(({ id }) => id)].filter((id) => id != null));
}
