import type { Need } from '../core/need.ts';
import type { PaneTree, Process, Seen, SocketState } from '../core/observation.ts';
import { makeAgyReader } from './agy.ts';
import { readBoot } from './boot.ts';
import { makeClaudeReader } from './claude.ts';
import type { Observe } from './observe-port.ts';
import { linuxProcessTrees } from './process-trees.ts';
import { readStat } from './proc.ts';
import { linuxTmuxServers } from './server-process.ts';
import { userSockets } from './sockets.ts';
import { askSocket } from './tmux.ts';

export interface ObserveOptions {
  /** Sockets to ask beside those that entries name; `null`: the user's own. */
  readonly sockets: readonly string[] | null;
  /** Where tmux keeps its sockets. */
  readonly tmpdir: string;
  /** How long one socket may take to answer; ms. */
  readonly deadlineMs: number;
  readonly claudeRoots: readonly string[];
  readonly agyRoot: string;
  readonly host: string;
  /** ms since 1970. */
  readonly now: () => number;
  readonly tmuxProgram?: string;
}

/** Looks at the world, source by source; only what is needed is read. */
export function makeObserve(options: ObserveOptions): Observe {
  const sockets = userSockets(options.tmpdir, process.getuid?.() ?? 0);
  const tmux = {
    program: options.tmuxProgram ?? 'tmux',
    deadlineMs: options.deadlineMs,
    servers: linuxTmuxServers(),
    startOf: (pid: number) => readStat(pid)?.start ?? null,
  };
  const processTrees = linuxProcessTrees();
  const readClaude = makeClaudeReader({ roots: options.claudeRoots });
  const readAgy = makeAgyReader({ root: options.agyRoot });

  return async (need, signal) => {
    const at = options.now();
    const boot = readBoot();
    const paths = socketsToAsk(need, options, sockets.all(), sockets.pathOf);
    const answers = await Promise.all(paths.map((path) => askSocket(path, tmux, signal)));
    const lists = new Map(paths.map((path, index) => [path, answers[index] ?? notAsked] as const));
    const panes = processTrees(panePids(need, lists), 'known' in boot ? boot.known.bootedAt : 0);
    const processes = [...panes.values()].flatMap(processesOf);
    const [claude, agy] = await Promise.all([
      readClaude({ ids: need.claudeIds, processes }),
      readAgy({ ids: need.agyIds, processes }),
    ]);
    return {
      observation: {
        at,
        host: options.host,
        boot,
        sockets: lists,
        socketPath: sockets.pathOf,
        panes,
        claude: claude.seen,
        agy: agy.seen,
      },
      cost: { spawns: paths.length, bytesRead: claude.bytesRead + agy.bytesRead },
    };
  };
}

const notAsked: Seen<SocketState> = { blind: 'was not asked', cure: 'run the pass again' };

function socketsToAsk(
  need: Need,
  options: ObserveOptions,
  all: readonly string[],
  pathOf: (word: string | null) => string,
): readonly string[] {
  const named = [null, ...need.sockets].map(pathOf);
  const configured = options.sockets ?? [];
  return [...new Set([...named, ...configured, ...(need.otherSockets && options.sockets === null ? all : [])])];
}

/** Panes of sessions that an entry has or should have, and remembered ones that no list names any more. */
function panePids(need: Need, lists: ReadonlyMap<string, Seen<SocketState>>): readonly number[] {
  const pids = new Set(need.panePids);
  for (const seen of lists.values()) {
    if ('blind' in seen) continue;
    for (const session of seen.known.server?.sessions ?? []) {
      if (!need.sessions.has(session.name) && !need.registerPattern.test(session.name)) continue;
      for (const pane of session.panes) if (!pane.dead) pids.add(pane.pid);
    }
  }
  return [...pids];
}

function processesOf(seen: Seen<PaneTree>): readonly Process[] {
  if ('blind' in seen || seen.known.root === null) return [];
  return [seen.known.root, ...seen.known.descendants];
}
