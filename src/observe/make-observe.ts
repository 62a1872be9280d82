import { isAbsolute } from 'node:path';
import type { JobSettings } from '../config/settings.ts';
import { looksLikeAgy } from '../core/agent/agy.ts';
import { looksLikeClaude } from '../core/agent/claude-process.ts';
import type {
  Place,
  AgyLook,
  ClaudeLook,
  Observation,
  PaneTree,
  Process,
  Seen,
  SocketState,
} from '../core/model/observation.ts';
import { idKey } from '../core/model/conversation-id.ts';
import { homeExpanded } from '../core/words/home-path.ts';
import type { Need } from '../core/plan/need.ts';
import { processesInPanes } from '../core/place/pane-tree.ts';
import { statOf } from '../system/absent-or-blind.ts';
import { makeAgyReader } from '../agents/agy/agy-files.ts';
import { bootReader } from './boot.ts';
import { makeClaudeReader } from '../agents/claude/claude-files.ts';
import { makeJobsReader } from './jobs.ts';
import type { Observe } from './observe.ts';
import { processReader } from './process/process-reader.ts';
import type { ProcessLook } from './process/processes.ts';
import { userSockets, type Sockets } from './tmux/sockets.ts';
import type { UserServers } from './tmux/user-servers.ts';
import { askDeadSocket, askSocket, type SocketAnswer } from './tmux/tmux.ts';

export interface ObserveOptions {
  /** Sockets to ask beside those that entries name: paths, or words as with tmux's `-L`; `null`: the user's own. */
  readonly sockets: readonly string[] | null;
  /** Where tmux keeps its sockets. */
  readonly tmpdir: string;
  /** How long one socket may take to answer; ms. */
  readonly deadlineMs: number;
  readonly claudeRoots: readonly string[];
  readonly agyRoot: string;
  readonly jobs: JobSettings;
  readonly host: string;
  readonly place: Place;
  readonly home: string;
  /** ms since 1970. */
  readonly now: () => number;
  readonly tmuxProgram?: string;
  /** Whose sockets are looked for; default: the user who runs this. */
  readonly uid?: number;
  readonly platform?: NodeJS.Platform;
}

/** Looks at the world, source by source; only what is needed is read. */
export function makeObserve(options: ObserveOptions): Observe {
  const platform = options.platform ?? process.platform;
  const uid = options.uid ?? process.getuid?.() ?? 0;
  const sockets = userSockets({ tmpdir: options.tmpdir, uid, home: options.home });
  const tmux = { program: options.tmuxProgram ?? 'tmux', deadlineMs: options.deadlineMs };
  const readBoot = bootReader(platform, options.deadlineMs);
  const reader = processReader(platform, options.deadlineMs);
  const readClaude = makeClaudeReader({ roots: options.claudeRoots });
  const readAgy = makeAgyReader({ root: options.agyRoot });
  const readJobs = makeJobsReader(options.jobs);

  return async (need, signal) => {
    const at = options.now();
    const look = reader.look(signal);
    const named = namedSockets(need, options, sockets);
    const servers = need.userServers && options.sockets === null ? look.userServers(uid) : noServers;
    // Configured sockets stand for the user's own.
    const own = need.otherSockets && options.sockets === null ? [...named, ...sockets.all()] : named;
    const found = need.otherSockets ? servers.sockets : [];
    const others = [...new Set([...own, ...found])].filter((path) => !named.includes(path));
    const asked = [
      readBoot(signal),
      ...named.map(async (path) => [path, await askNamed(path, tmux, look, signal)] as const),
      ...others.map(async (path) => [path, await askOther(path, tmux, look, signal)] as const),
    ] as const;
    // A server reads /proc for each of its panes too before it answers: of two cores each has one.
    look.readAhead(need.panePids);
    const [boot, ...answers] = await Promise.all(asked);
    const lists = new Map(answers.map(([path, { seen }]) => [path, seen]));
    const panes = await readPanes(need, lists, look);
    const processes = processesInPanes({ panes });
    const [claude, agy, jobs] = await Promise.all([
      wantsClaude(need, processes)
        ? readClaude({
            ids: need.claudeIds,
            recorded: need.recordedIds,
            resumable: need.resumable.flatMap(({ agent, ids }) => (agent === 'claude' ? ids : [])),
            processes,
            roots: need.claudeRoots,
            folders: need.claudeFolders.map((one) => ({ ...one, cwd: homeExpanded(one.cwd, options.home) })),
            startOf: look.startOf,
          })
        : noClaude,
      wantsAgy(need, processes) ? readAgy({ ids: need.agyIds, processes }) : noAgy(options.agyRoot),
      readJobs(need.jobIds),
    ]);
    const clients = answers.reduce((sum, [, { spawns }]) => sum + spawns, 0);
    return {
      observation: {
        at,
        host: options.host,
        place: { id: options.place.id, borrowed: options.place.borrowed },
        home: options.home,
        boot: boot.seen,
        sockets: lists,
        socketPaths: new Map([null, ...need.socketWords].map((word) => [word, sockets.pathOf(word)])),
        foundSockets: new Set(others.filter((path) => !own.includes(path))),
        unreachable: servers.unreachable,
        servers: new Map(
          await Promise.all(need.serverPids.map(async (pid) => [pid, await look.startOf(pid)] as const)),
        ),
        panes,
        claude: claude.seen,
        agy: agy.seen,
        jobs: jobs.seen,
        folders: foldersOf(need, claude.seen, options.home),
      },
      cost: {
        spawns: boot.spawns + clients + look.spawns(),
        bytesRead: claude.bytesRead + agy.bytesRead + jobs.bytesRead,
      },
    };
  };
}

/** Looks for the folders of conversations that could be resumed: not of those that an agent in a pane runs. */
function foldersOf(need: Need, claude: Seen<ClaudeLook>, home: string): Observation['folders'] {
  const look = 'known' in claude ? claude.known : null;
  const running = new Set([...(look?.live.values() ?? [])].map(({ sessionId }) => idKey(sessionId)));
  const named = need.resumable.flatMap(({ ids, cwd }) =>
    cwd === null || ids.some((id) => running.has(idKey(id))) ? [] : [homeExpanded(cwd, home)],
  );
  const ends = [...(look?.ends.values() ?? [])].flatMap(({ cwd }) => cwd ?? []);
  return new Map([...new Set([...named, ...ends])].flatMap((path) => folderAt(path)));
}

function folderAt(path: string): readonly (readonly [string, boolean])[] {
  try {
    return isAbsolute(path) ? [[path, statOf(path)?.isDirectory() === true]] : [];
  } catch {
    return [];
  }
}

function namedSockets(need: Need, options: ObserveOptions, { pathOf }: Sockets): readonly string[] {
  return [...new Set([null, ...need.sockets, ...(options.sockets ?? [])].map(pathOf))];
}

const noServers: UserServers = { sockets: [], unreachable: [] };

/** A relative path depends on a folder, `~bob/x` on another user: which server is meant is not known. */
async function askNamed(
  path: string,
  tmux: Parameters<typeof askSocket>[1],
  look: ProcessLook,
  signal: AbortSignal,
): Promise<SocketAnswer> {
  if (isAbsolute(path)) return askSocket(path, tmux, look, signal);
  const seen = {
    blind: `tmux_socket ${path} is no path we can follow`,
    cure: 'write its absolute path, or begin it with ~/',
  };
  return { seen, spawns: 0 };
}

/** Servers that died leave their socket files, often dozens: no client is started for those. */
async function askOther(
  path: string,
  tmux: Parameters<typeof askSocket>[1],
  look: ProcessLook,
  signal: AbortSignal,
): Promise<SocketAnswer> {
  const dead = await askDeadSocket(path, look);
  return dead === null ? askSocket(path, tmux, look, signal) : { seen: dead, spawns: 0 };
}

/** Panes of sessions that an entry has or should have, and remembered ones that no list names any more. */
async function readPanes(
  need: Need,
  lists: ReadonlyMap<string, Seen<SocketState>>,
  look: ProcessLook,
): Promise<ReadonlyMap<number, Seen<PaneTree>>> {
  const wanted = new Set(need.panePids);
  const listed = new Set<number>();
  const foreign = new Map<number, Seen<PaneTree>>();
  for (const [path, seen] of lists) {
    const server = 'known' in seen ? seen.known.server : null;
    for (const session of server?.sessions ?? []) {
      if (!need.sessions.has(session.name) && !need.registerPattern.test(session.name)) continue;
      for (const pane of session.panes) {
        if (pane.dead) continue;
        if (server?.start === '') foreign.set(pane.pid, foreignPane(path));
        else {
          wanted.add(pane.pid);
          listed.add(pane.pid);
        }
      }
    }
  }
  return new Map([...(await look.trees([...wanted], listed)), ...foreign]);
}

/** Its pids are numbers of another PID namespace: here they name other processes, or none. */
function foreignPane(socket: string): Seen<PaneTree> {
  return {
    blind: `the tmux server of ${socket} is not among the processes we can see`,
    cure: 'run it where that server runs (the same container, the same user)',
  };
}

/** Also for an agent without an entry: it may be registered in this look, with what it runs. */
function wantsClaude(need: Need, processes: readonly Process[]): boolean {
  return need.agents.has('claude') || need.claudeIds.length > 0 || processes.some(looksLikeClaude);
}

function wantsAgy(need: Need, processes: readonly Process[]): boolean {
  return need.agents.has('agy') || need.agyIds.length > 0 || processes.some(looksLikeAgy);
}

const noClaude: { seen: Seen<ClaudeLook>; bytesRead: number } = {
  seen: {
    known: {
      roots: [],
      live: new Map(),
      foreign: new Map(),
      artifacts: new Map(),
      transcripts: new Map(),
      ends: new Map(),
      unreadable: [],
    },
  },
  bytesRead: 0,
};

function noAgy(root: string): { seen: Seen<AgyLook>; bytesRead: number } {
  const known = {
    root,
    exists: false,
    presence: new Map(),
    artifacts: new Map(),
    unreadable: [],
  };
  return { seen: { known }, bytesRead: 0 };
}
