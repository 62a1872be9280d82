/** The two agents we know. Another word in the file makes the agent `null`: nothing is claimed about it. */
export type Agent = 'claude' | 'agy';

/** `undefined`: the key is not in the entry. `null`: it stands there empty. */
export type IdField = string | null | undefined;

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
  /** 1-based line of the entry in the file, for messages. */
  readonly line: number;
  /** Hash of the entry's own source text: changes when anybody edits the entry. */
  readonly textHash: string;
  /** `null`: absent or another word; the entry is left alone. */
  readonly status: 'running' | 'terminated' | null;
  /** Why the entry is half typed (null, a single word, …): it is left alone and told once. */
  readonly halfTyped: string | null;
  readonly workspace: string | null;
  readonly agent: Agent | null;
  readonly cwd: string | null;
  readonly createdAt: number | null;
  readonly terminatedAt: number | null;
  readonly terminationMode: string | null;
  readonly pane: { readonly pid: number | null; readonly cmd: string | null; readonly cwd: string | null } | null;
  readonly ids: {
    /** `claude_session_id_own`: the conversation this session created. */
    readonly own: IdField;
    /** `agent_identities.claude.session_id`: the one it runs. */
    readonly claude: IdField;
    /** `agent_identities.agy.conversation_id`. */
    readonly agy: IdField;
  };
  /** `previous_session_ids`. */
  readonly lineage: readonly LineageItem[];
  readonly lastVisibleStatus: string | null;
  readonly jobId: string | null;
  /** `monitor.ignore`: the human's "leave me alone". */
  readonly ignore: boolean;
  /** `monitor.pin`: top-level field names that are never touched. */
  readonly pin: readonly string[];
  /** Dotted paths of values that are anchors others use: they cannot be edited here. */
  readonly shared: readonly string[];
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

/** One string for an entry, to key maps with. */
export function entryId(key: EntryKey): string {
  return key.socket === null ? key.session : `${key.session}\u0000${key.socket}`;
}

/** Every conversation that an entry records, the former ones too. */
export function recordedIds({ ids, lineage }: Entry): ReadonlySet<string> {
  return new Set([ids.own, ids.claude, ids.agy, ...lineage.map(({ id }) => id)].filter((id) => id != null));
}

/** The id of the conversation that the entry says is running. */
export function recordedId({ agent, ids }: Entry): string | null {
  return agent === 'agy' ? (ids.agy ?? null) : (ids.claude ?? ids.own ?? null);
}
