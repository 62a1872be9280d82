import type { SocketPath } from '../core/model/branded.ts';
import { isAbsolute, join } from 'node:path';
import type { JobSettings, Settings } from '../config/settings.ts';
import type { PaneTree, Place, Seen, SocketState } from '../core/model/observation.ts';
import { once } from '../core/model/once.ts';
import { processesInPanes, processesOf } from '../core/place/pane-tree.ts';
import type { Need } from '../core/plan/need.ts';
import { bootReader, type ReadBoot } from './boot.ts';
import { makeJobsReader } from './jobs.ts';
import { makeAgentsReader } from './observe-agents.ts';
import type { Observe } from './observe.ts';
import { processReader } from './process/process-reader.ts';
import type { ProcessObservation, ProcessReader } from './process/processes.ts';
import { reportsFolder } from './reports/reports.ts';
import { resumeFolders } from './resume-folders.ts';
import { userSockets, type Sockets } from './tmux/sockets.ts';
import { askDeadSocket, askSocket, type SocketAnswer } from './tmux/tmux.ts';
import type { UserServers } from './tmux/user-servers.ts';

export interface ObserveOptions {
  /** Sockets to ask beside the entries' own: paths, or words as with tmux's `-L`; `null`: the user's own. */
  readonly sockets: readonly string[] | null;
  /** Where tmux keeps its sockets. */
  readonly tmpdir: string;
  /** How long one socket may take to answer; ms. */
  readonly deadlineMs: number;
  /** The folders that each agent's setting names. */
  readonly agentFolders: Settings['agents'];
  readonly jobs: JobSettings;
  /** The state folder of all registries, in which agents report. */
  readonly stateDir: string;
  readonly host: string;
  readonly place: Place;
  readonly home: string;
  /** ms since 1970. */
  readonly now: () => number;
  readonly tmuxProgram?: string;
  /** The user whose sockets are looked for; default: the user of this process. */
  readonly uid?: number;
  readonly platform?: NodeJS.Platform;
}

/** Makes the function that observes the world, source by source. It reads only what is needed. */
export function makeObserve(options: ObserveOptions): Observe {
  const platform = options.platform ?? process.platform;
  const uid = options.uid ?? process.getuid?.() ?? 0;
  const sources: Sources = {
    options,
    uid,
    sockets: userSockets({ tmpdir: options.tmpdir, uid, home: options.home }),
    tmux: { program: options.tmuxProgram ?? 'tmux', deadlineMs: options.deadlineMs },
    readBoot: bootReader(platform, options.deadlineMs),
    processes: processReader(platform, options.deadlineMs),
    readAgents: makeAgentsReader({
      folders: options.agentFolders,
      reports: join(options.stateDir, reportsFolder),
      home: options.home,
      now: options.now,
    }),
    readJobs: makeJobsReader(options.jobs),
  };
  return (need, signal) => observe(sources, need, signal);
}

interface Sources {
  readonly options: ObserveOptions;
  readonly uid: number;
  readonly sockets: Sockets;
  readonly tmux: Parameters<typeof askSocket>[1];
  readonly readBoot: ReadBoot;
  readonly processes: ProcessReader;
  readonly readAgents: ReturnType<typeof makeAgentsReader>;
  readonly readJobs: ReturnType<typeof makeJobsReader>;
}

async function observe(sources: Sources, need: Need, signal: AbortSignal): ReturnType<Observe> {
  const { options, sockets } = sources;
  const at = options.now();
  const look = sources.processes.look(signal);
  const { boot, asked, answers } = await askServers(sources, need, look, signal);
  const lists = new Map(answers.map(([path, { seen }]) => [path, seen]));
  const panes = await readPanes(need, lists, look);
  const [agents, jobs] = await Promise.all([
    sources.readAgents(need, {
      at,
      processes: processesInPanes({ panes }),
      titleOf: titlesIn(
        panes,
        answers.map(([, { titles }]) => titles),
      ),
      startOf: look.startOf,
    }),
    sources.readJobs(need.jobIds),
  ]);
  const servers = need.serverPids.map(async (pid) => [pid, await look.startOf(pid)] as const);
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
      foundSockets: new Set(asked.found),
      unreachable: asked.unreachable,
      servers: new Map(await Promise.all(servers)),
      panes,
      agentProcesses: agents.agentProcesses,
      evidence: agents.evidence,
      jobs: jobs.seen,
      folders: resumeFolders(need, agents.evidence, options.home),
    },
    cost: {
      spawns: boot.spawns + clients + look.spawns(),
      bytesRead: agents.bytesRead + jobs.bytesRead,
    },
  };
}

/** Asks for the boot and every needed tmux server, and reads the remembered panes meanwhile. */
async function askServers(sources: Sources, need: Need, look: ProcessObservation, signal: AbortSignal) {
  const { tmux } = sources;
  const asked = socketsToAsk(sources, need, look);
  const answering = [
    sources.readBoot(signal),
    ...asked.named.map(async (path) => [path, await askNamed(path, tmux, look, signal)] as const),
    ...asked.others.map(async (path) => [path, await askOther(path, tmux, look, signal)] as const),
  ] as const;
  // A tmux server reads /proc for each of its panes too before it answers: on two cores both work at once.
  look.readAhead(need.panePids);
  const [boot, ...answers] = await Promise.all(answering);
  return { boot, asked, answers };
}

/** Returns the sockets that entries name, the other sockets to ask, and those of them that only the kernel names. */
function socketsToAsk({ options, sockets, uid }: Sources, need: Need, look: ProcessObservation) {
  const named = namedSockets(need, options, sockets);
  const servers = need.userServers && options.sockets === null ? look.userServers(uid) : noServers;
  // Configured sockets take the place of the user's own.
  const own = need.otherSockets && options.sockets === null ? [...named, ...sockets.all()] : named;
  const all = new Set([...own, ...(need.otherSockets ? servers.sockets : [])]);
  const others = [...all].filter((path) => !named.includes(path));
  const found = others.filter((path) => !own.includes(path));
  return { named, others, found, unreachable: servers.unreachable };
}

function namedSockets(need: Need, options: ObserveOptions, { pathOf }: Sockets): readonly SocketPath[] {
  return [...new Set([null, ...need.sockets, ...(options.sockets ?? [])].map(pathOf))];
}

const noTitles: SocketAnswer['titles'] = new Map();

const noServers: UserServers = { sockets: [], unreachable: [] };

/**
 * Asks a socket that an entry names. A relative path depends on a folder, `~bob/x` on another user: then the server is
 * not known.
 */
async function askNamed(
  path: string,
  tmux: Parameters<typeof askSocket>[1],
  look: ProcessObservation,
  signal: AbortSignal,
): Promise<SocketAnswer> {
  if (isAbsolute(path)) return askSocket(path, tmux, look, signal);
  const seen = {
    blind: `tmux_socket ${path} is no path that can be followed`,
    cure: 'write its absolute path, or begin it with ~/',
  };
  return { seen, titles: noTitles, spawns: 0 };
}

/** Asks another socket. Dead servers leave their socket files, often dozens: no client is started for those. */
async function askOther(
  path: string,
  tmux: Parameters<typeof askSocket>[1],
  look: ProcessObservation,
  signal: AbortSignal,
): Promise<SocketAnswer> {
  const dead = await askDeadSocket(path, look);
  return dead === null ? askSocket(path, tmux, look, signal) : { seen: dead, titles: noTitles, spawns: 0 };
}

/** Reads the panes of sessions that an entry has or should have, and remembered panes that no list names any more. */
async function readPanes(
  need: Need,
  lists: ReadonlyMap<SocketPath, Seen<SocketState>>,
  look: ProcessObservation,
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

/** Finds the title of the pane in which a process runs; the list of them is made when an agent first asks. */
function titlesIn(
  panes: ReadonlyMap<number, Seen<PaneTree>>,
  lists: readonly SocketAnswer['titles'][],
): (pid: number) => string | null {
  const titles = once(() => {
    const byPane = new Map(lists.flatMap((list) => [...list]));
    return new Map(
      [...panes].flatMap(([pane, tree]) =>
        processesOf(tree).map(({ pid }) => [pid, byPane.get(pane) ?? null] as const),
      ),
    );
  });
  return (pid) => titles().get(pid) ?? null;
}

/** Answers for a pane of another PID namespace: here its pid names another process, or none. */
function foreignPane(socket: string): Seen<PaneTree> {
  return {
    blind: `the tmux server of ${socket} is not among the processes that can be seen from here`,
    cure: 'run it where that server runs (the same container, the same user)',
  };
}
