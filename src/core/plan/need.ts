import { type Agent, type Entry, type Registry, entryId, recordedIds, isLeftAlone } from '../model/entry.ts';
import { idFields } from '../agent/id-fields.ts';
import type { EntryMemory, Memory } from '../model/memory.ts';
import { movedOnFrom } from '../identity/moved-on.ts';
import { listedAs } from '../place/tmux-name.ts';

/** A folder in which a Claude of an entry was started. @see Need.claudeFolders */
export interface ClaudeFolder {
  readonly cwd: string;
  /** Claude's own folder of the agent that was seen there last; `null`: not known. */
  readonly root: string | null;
  /** Conversations that the entry records: they probably lie where that folder's do. */
  readonly ids: readonly string[];
}

/** The conversations that one entry records, and those in which they were seen to go on. */
export interface Resumable {
  readonly agent: Agent;
  readonly ids: readonly string[];
  /** The folder that the entry names, as it stands there. */
  readonly cwd: string | null;
}

/** What must be looked at, computed from the registry and the last look alone. */
export interface Need {
  /** `tmux_socket` words and paths of the entries, and remembered socket paths; `null` is the default socket. */
  readonly sockets: readonly (string | null)[];
  /** Every `tmux_socket` word of the registry, of entries that are left alone too: each stands for a path. */
  readonly socketWords: readonly string[];
  /** Some running entry that names no socket was never seen: the user's other sockets are asked too. */
  readonly otherSockets: boolean;
  /** Some running entry was never seen: any tmux server of the user may hold its session. */
  readonly userServers: boolean;
  /** Pids of the tmux servers on which sessions were seen. */
  readonly serverPids: readonly number[];
  /** Sessions whose panes' process trees are wanted, by exact tmux name; those left alone too: their agents claim ids. */
  readonly sessions: ReadonlySet<string>;
  /** Sessions without an entry whose name matches are wanted too. */
  readonly registerPattern: RegExp;
  /** Remembered and written pane pids: asked even where their session is not listed. */
  readonly panePids: readonly number[];
  readonly claudeIds: readonly string[];
  /** Every conversation that an entry records, the former ones too. */
  readonly recordedIds: readonly string[];
  /** What may have to be resumed: where no live agent runs it, its end and its folder are looked at. */
  readonly resumable: readonly Resumable[];
  /** Claude's folders of the agents that were seen last: what a dead one wrote is found there. */
  readonly claudeRoots: readonly string[];
  /** Their settings say how long Claude keeps its transcripts. */
  readonly claudeFolders: readonly ClaudeFolder[];
  readonly agyIds: readonly string[];
  /** Delegate jobs that entries name. */
  readonly jobIds: readonly string[];
  /** Agents of the entries: a source is read where an entry or a living agent needs it. */
  readonly agents: ReadonlySet<Agent>;
}

export interface NeedSettings {
  readonly registerPattern: RegExp;
  /** Every entry's resume line is wanted, not only those that a drift of this look may tell; default: no. */
  readonly everyResume?: boolean;
  /** An entry belongs to another place: nothing is looked for. Default: none does. */
  readonly isElsewhere?: (entry: Entry) => boolean;
}

/** What the next look must ask, and nothing that no entry depends on. */
export function need(registry: Registry, formerMemory: Memory, settings: NeedSettings): Need {
  const { isElsewhere = () => false } = settings;
  const watched = registry.entries.filter((entry) => !isLeftAlone(entry));
  const running = watched.filter((entry) => entry.status === 'running' && !isElsewhere(entry));
  const memoryOf = (entry: Entry) => formerMemory.entries[entryId(entry)] ?? null;

  const sockets = new Set<string | null>([null]);
  for (const entry of watched) {
    const socket = entry.socket ?? memoryOf(entry)?.seen?.socket;
    if (socket !== undefined) sockets.add(socket);
  }
  const panePids = running.flatMap((entry) => [memoryOf(entry)?.seen?.panePid, entry.pane?.pid]);

  return {
    sockets: [...sockets],
    socketWords: unique(registry.entries.map((entry) => entry.socket)),
    otherSockets: running.some((entry) => entry.socket === null && memoryOf(entry)?.seen == null),
    userServers: running.some((entry) => memoryOf(entry)?.seen == null),
    serverPids: [...new Set(running.flatMap((entry) => memoryOf(entry)?.seen?.serverPid ?? []))],
    // Both spellings: which one tmux lists depends on its version.
    sessions: new Set(registry.entries.flatMap((entry) => [entry.session, listedAs(entry.session, '3.0')])),
    registerPattern: settings.registerPattern,
    panePids: [...new Set(panePids.filter((pid) => pid != null))],
    claudeIds: unique(watched.flatMap((entry) => [entry.ids.own, entry.ids.claude])),
    resumable: watched
      .filter((entry) => settings.everyResume === true || entry.status === 'running' || entry.jobId !== null)
      .flatMap((entry) => resumableIn(entry, memoryOf(entry))),
    claudeRoots: unique(watched.map((entry) => memoryOf(entry)?.agent?.root)),
    recordedIds: unique(watched.flatMap((entry) => [...recordedIds(entry)])),
    claudeFolders: running.flatMap((entry) => {
      if (entry.agent !== 'claude' || entry.cwd === null) return [];
      const ids = unique([entry.ids.own, entry.ids.claude]);
      return [{ cwd: entry.cwd, root: memoryOf(entry)?.agent?.root ?? null, ids }];
    }),
    agyIds: unique(watched.map((entry) => entry.ids.agy)),
    jobIds: unique(watched.map((entry) => entry.jobId)),
    agents: new Set(watched.map((entry) => entry.agent).filter((agent) => agent !== null)),
  };
}

function resumableIn(entry: Entry, memory: EntryMemory | null): readonly Resumable[] {
  const { agent, cwd, pane } = entry;
  if (agent === null) return [];
  const recorded = idFields(entry).flatMap(({ value }) => value ?? []);
  const ids = unique([...recorded, ...recorded.map((id) => movedOnFrom(id, memory))]);
  return ids.length === 0 ? [] : [{ agent, ids, cwd: cwd ?? pane?.cwd ?? null }];
}

function unique(words: readonly (string | null | undefined)[]): readonly string[] {
  return [...new Set(words.filter((word) => word != null))];
}
