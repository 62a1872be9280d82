import { type Agent, type Entry, type Registry, entryId, recordedIds, isLeftAlone } from '../model/entry.ts';
import { idFields } from '../model/id-fields.ts';
import type { EntryMemory, Memory } from '../model/memory.ts';
import { movedOnFrom } from '../identity/moved-on.ts';
import { listedAs } from '../place/tmux-name.ts';

/** What must be read among one agent's files. */
export interface AgentNeed {
  /** Conversations that entries record. */
  readonly ids: readonly string[];
  /** Folders of the agents that were seen last: files of a dead agent are found there. */
  readonly roots: readonly string[];
  /** Where agents of running entries were started: their settings may say how long conversations are kept. */
  readonly folders: readonly StartFolder[];
}

/** A folder in which an agent of an entry was started. */
export interface StartFolder {
  /** The folder as the entry names it. */
  readonly cwd: string;
  /** The agent's own folder of the process that was seen there last; `null`: not known. */
  readonly root: string | null;
  /** Conversations that the entry records: they are probably where the folder's other conversations are. */
  readonly ids: readonly string[];
}

/** The conversations that one entry records, and those in which they were seen to go on. */
export interface Resumable {
  readonly agent: Agent;
  readonly ids: readonly string[];
  /** The folder as the entry names it. */
  readonly cwd: string | null;
}

/** What must be observed, computed from the registry and the memory alone. */
export interface Need {
  /** `tmux_socket` words and paths of the entries, and remembered socket paths; `null` is the default socket. */
  readonly sockets: readonly (string | null)[];
  /** Every `tmux_socket` word of the registry, of entries that are left alone too: each means a path. */
  readonly socketWords: readonly string[];
  /** Some running entry that names no socket was never seen: the user's other sockets are asked too. */
  readonly otherSockets: boolean;
  /** Some running entry was never seen: any tmux server of the user may hold its session. */
  readonly userServers: boolean;
  /** Pids of the tmux servers on which sessions were seen. */
  readonly serverPids: readonly number[];
  /**
   * Sessions whose panes' process trees are wanted, by exact tmux name. Entries that are left alone count too: their
   * agents claim ids.
   */
  readonly sessions: ReadonlySet<string>;
  /** Sessions without an entry whose name matches are wanted too. */
  readonly registerPattern: RegExp;
  /** Remembered and recorded pane pids, which are observed even if their session is not listed. */
  readonly panePids: readonly number[];
  /** Every conversation that an entry records, the former ones too. */
  readonly recordedIds: readonly string[];
  /** Conversations that may have to be resumed: if no live agent runs one, its end and its folder are read. */
  readonly resumable: readonly Resumable[];
  /** Delegate jobs that entries name. */
  readonly jobIds: readonly string[];
  /** Agents that entries name, or whose conversations they record. An agent that lives without an entry counts too. */
  readonly agents: ReadonlyMap<Agent, AgentNeed>;
}

export interface NeedSettings {
  readonly registerPattern: RegExp;
  /** Every entry's resume line is wanted, not only the lines that a drift of this pass may tell; default: no. */
  readonly everyResume?: boolean;
  /** Decides whether an entry belongs to another place: nothing is observed for it. Default: none does. */
  readonly isElsewhere?: (entry: Entry) => boolean;
  /** Returns the folder of the agent that was seen last; `null`: not known. Default: as the memory says. */
  readonly rootOf?: (entry: Entry, memory: EntryMemory | null) => string | null;
}

/** Returns what the next observation must ask: nothing on which no entry depends. */
export function need(registry: Registry, formerMemory: Memory, settings: NeedSettings): Need {
  const { isElsewhere = () => false, rootOf = (_, memory) => memory?.agent?.root ?? null } = settings;
  const watched = registry.entries
    .filter((entry) => !isLeftAlone(entry))
    .map((entry) => ({ entry, memory: formerMemory.entries[entryId(entry)] ?? null }))
    .map(({ entry, memory }) => ({ entry, memory, root: rootOf(entry, memory) }));
  const running = watched.filter(({ entry }) => entry.status === 'running' && !isElsewhere(entry));
  const neverSeen = running.filter(({ memory }) => memory?.seen == null);
  const sockets = watched.flatMap(({ entry, memory }) => entry.socket ?? memory?.seen?.socket ?? []);
  const panePids = running.flatMap(({ entry, memory }) => [memory?.seen?.panePid, entry.pane?.pid]);

  return {
    sockets: [...new Set([null, ...sockets])],
    socketWords: unique(registry.entries.map((entry) => entry.socket)),
    otherSockets: neverSeen.some(({ entry }) => entry.socket === null),
    userServers: neverSeen.length > 0,
    serverPids: [...new Set(running.flatMap(({ memory }) => memory?.seen?.serverPid ?? []))],
    // Every spelling: which one tmux lists depends on its version.
    sessions: new Set(registry.entries.flatMap((entry) => listedAs(entry.session, null))),
    registerPattern: settings.registerPattern,
    panePids: [...new Set(panePids.filter((pid) => pid != null))],
    resumable: watched
      .filter(({ entry }) => settings.everyResume === true || entry.status === 'running' || entry.jobId !== null)
      .flatMap(resumableIn),
    recordedIds: unique(watched.flatMap(({ entry }) => recordedIds(entry))),
    jobIds: unique(watched.map(({ entry }) => entry.jobId)),
    agents: agentNeeds(watched, running),
  };
}

/** An entry that is not left alone, and what the last pass knew of it. */
interface Watched {
  readonly entry: Entry;
  readonly memory: EntryMemory | null;
  /** The folder of its agent that was seen last; `null`: not known. */
  readonly root: string | null;
}

function agentNeeds(watched: readonly Watched[], running: readonly Watched[]): Need['agents'] {
  const recorded = watched.flatMap(({ entry }) => entry.ids.filter(({ value }) => value != null));
  const names = unique([...watched.map(({ entry }) => entry.agent), ...recorded.map(({ agent }) => agent)]);
  return new Map(
    names.map((name): readonly [Agent, AgentNeed] => {
      const ids = unique(recorded.map(({ agent, value }) => (agent === name ? value : null)));
      const roots = unique(watched.map(({ entry, root }) => (entry.agent === name ? root : null)));
      const folders = running.flatMap(({ entry, root }) => {
        if (entry.agent !== name || entry.cwd === null) return [];
        return [{ cwd: entry.cwd, root, ids: ownIds(entry) }];
      });
      return [name, { ids, roots, folders }];
    }),
  );
}

function resumableIn({ entry, memory }: Watched): readonly Resumable[] {
  const { agent, cwd, pane } = entry;
  const recorded = ownIds(entry);
  if (agent === null || recorded.length === 0) return [];
  const ids = unique([...recorded, ...recorded.map((id) => movedOnFrom(id, memory))]);
  return [{ agent, ids, cwd: cwd ?? pane?.cwd ?? null }];
}

/** Returns the conversations that an entry records for its own agent. */
function ownIds(entry: Entry): readonly string[] {
  return unique(idFields(entry).map(({ value }) => value));
}

function unique(words: readonly (string | null | undefined)[]): readonly string[] {
  return [...new Set(words.filter((word) => word != null))];
}
