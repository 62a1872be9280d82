import type { EntryId } from './branded.ts';

/** An agent's word in the registry, which is also the name of its folder in `src/agents`. */
export type Agent = string;

/**
 * One conversation id, in the spelling in which ids are compared (`canonicalId`). `undefined`: the key is not in the
 * entry. `null`: the key has no id.
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

/**
 * One session in the registry, read tolerantly: an unreadable field is `null`, never guessed. Times are ms since 1970.
 */
export interface Entry extends EntryKey {
  /** 1-based line and column of the entry in the file, for messages. */
  readonly line: number;
  readonly column: number;
  /** The hash of the entry's own source text, which changes with every edit of the entry. */
  readonly textHash: string;
  /** `null`: absent or another word; the entry is left alone. */
  readonly status: 'running' | 'terminated' | null;
  /** That other word. */
  readonly otherStatus: string | null;
  /** Why the entry is half typed (null, a single word, …): it is left alone and told once. */
  readonly halfTyped: string | null;
  readonly workspace: string | null;
  /** `null`: the word names no known agent, and nothing is claimed about it. */
  readonly agent: Agent | null;
  /** That word, for people; absent: the entry names a known agent, or none. */
  readonly otherAgent?: string;
  readonly cwd: string | null;
  /** `host`: where it runs, in the user's words. */
  readonly host: string | null;
  /** `null` if it tells no exact time. */
  readonly createdAt: number | null;
  /** `null` as above; the text is then in `vagueTermination`. */
  readonly terminatedAt: number | null;
  /** `terminated_at` without an exact time. `latest`: the latest time it can mean; `null`: that cannot be told. */
  readonly vagueTermination: { readonly text: string; readonly latest: number | null } | null;
  readonly terminationMode: string | null;
  readonly pane: { readonly pid: number | null; readonly cmd: string | null; readonly cwd: string | null } | null;
  /** Every field of every agent, present or not, in the agents' own order. */
  readonly ids: readonly IdField[];
  /** `previous_session_ids`. */
  readonly lineage: readonly LineageItem[];
  readonly lastVisibleStatus: string | null;
  readonly jobId: string | null;
  /** `monitor.ignore`: the user wants the entry left alone; also if the value is no clear no. */
  readonly ignore: boolean;
  /** `monitor.pin`: fields that are never touched, by their names, or dotted as in `pane.pid`. */
  readonly pin: readonly string[];
  /** Dotted paths of values whose anchors other places use: they cannot be edited here. */
  readonly shared: readonly string[];
  /** Fields of a wrong shape (a word in a list's place): they are left alone. */
  readonly misshapen: readonly Misshapen[];
}

/** A field that does not have the expected shape. */
export interface Misshapen {
  /** Dotted, from the entry. */
  readonly path: string;
  /** 1-based, in the file. */
  readonly line: number;
  /** The present and the expected shape, for people: `a list where a single word belongs`. */
  readonly words: string;
}

/** Returns the field that should say where the entry's session runs, if it has a wrong shape: then nothing says it. */
export function misshapenPlace({ misshapen }: Pick<Entry, 'misshapen'>): Misshapen | null {
  return misshapen.find(({ path }) => path === 'host' || path === 'tmux_socket') ?? null;
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

/** Returns an id as it is compared: case means nothing in hexadecimal ids, such as UUIDs; in others it may. */
export function canonicalId(id: string): string {
  return /^[\da-f]+(-[\da-f]+)*$/i.test(id) ? id.toLowerCase() : id;
}

/** The `termination_mode` that the monitor writes. */
export const autoDetected = 'auto-detected';

/** Returns only the names of an entry, for edits and logs. */
export function keyOf({ session, socket }: EntryKey): EntryKey {
  return { session, socket };
}

/**
 * Decides whether an entry is left alone: the user says so, its status is an unknown word, or it is still being typed.
 */
export function isLeftAlone(entry: Pick<Entry, 'ignore' | 'status' | 'halfTyped'>): boolean {
  return entry.ignore || entry.status === null || entry.halfTyped !== null;
}

/** Returns one string for an entry, as a key of maps. */
export function entryId({ session, socket }: EntryKey): EntryId {
  return (socket === null ? session : `${session}\u0000${socket}`) as EntryId;
}

/** Returns the session of an `entryId`. */
export function sessionIn(id: EntryId): string {
  return keyIn(id).session;
}

/** Returns the names that an `entryId` was made from. */
export function keyIn(id: EntryId): EntryKey {
  const [session = id, socket = null] = id.split('\u0000');
  return { session, socket };
}

/** Returns every conversation that an entry records, the former ones too; one may be there twice. */
export function recordedIds({ ids, lineage }: Entry): readonly string[] {
  return [...ids.map(({ value }) => value), ...lineage.map(({ id }) => id)].filter((id) => id != null);
}
