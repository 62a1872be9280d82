import { resolve } from 'node:path';
import { agentFacts } from '../../agents/agent-facts.ts';
import { looksLikeAgent } from '../../agents/agent-processes.ts';
import type { PaneTree, Process, Seen } from '../../core/model/observation.ts';
import { readLink, readText } from '../../system/if-readable.ts';
import {
  bootTime,
  listPids,
  parseStat,
  parseVariable,
  readArguments,
  readChildren,
  readFolder,
  readStat,
  type Stat,
} from '../../system/proc-files.ts';
import type { ProcessReader } from './processes.ts';
import { userServers } from '../tmux/user-servers.ts';
import { isTmuxServer, makeServersBehind } from '../tmux/server-process.ts';
import { codeOf } from '../../system/errno.ts';

/** Clock ticks a second in `/proc/<pid>/stat`: 100 on every Linux that Node runs on. */
const ticksPerSecond = 100;

/** The facts that a process tells, and the identity with which it told them. */
type ProcessFacts = Pick<Process, 'argv' | 'exe' | 'folders' | 'home'> & { readonly key: string };
type Cache = Map<number, ProcessFacts>;

/**
 * Reads processes on Linux: each tree by the kernel's own lists of children or, if it keeps none, from a list of all
 * processes.
 */
export function linuxProcesses(): ProcessReader {
  let cache: Cache = new Map();
  return {
    look: () => {
      const servers = makeServersBehind();
      const bootedAt = bootTime();
      const fresh: Cache = new Map();
      let ahead: ReadonlyMap<number, Seen<PaneTree>> = new Map();
      let pids: ReadonlySet<number> | null = null;
      // Thousands of pids may be asked for, nearly all of ended processes: to miss a file takes longer than to read one.
      const isUnlisted = (pid: number): boolean => {
        pids ??= new Set(listPids());
        // A list without this process could not be read: it says nothing of others.
        return pids.has(process.pid) && !pids.has(pid);
      };
      return {
        readAhead: (panePids) => {
          ahead = readTrees(panePids, bootedAt, cache, fresh);
        },
        trees: (panePids, listed = new Set()) => {
          const holds = (pid: number): boolean => listed.has(pid) && isAlive(ahead.get(pid));
          const late = readTrees(
            panePids.filter((pid) => !holds(pid)),
            bootedAt,
            cache,
            fresh,
          );
          cache = fresh;
          return Promise.resolve(new Map([...ahead, ...late]));
        },
        serversBehind: (socket) => Promise.resolve(servers.behind(socket)),
        hiddenBehind: (socket, answering) => {
          const seen = servers.isShared(socket) ? servers.behind(socket) : { known: [] };
          return Promise.resolve('blind' in seen ? [] : seen.known.filter((pid) => pid !== answering));
        },
        userServers,
        startOf: (pid) => Promise.resolve(isUnlisted(pid) ? null : (readStat(pid)?.start ?? null)),
        spawns: () => 0,
      };
    },
  };
}

function isAlive(seen: Seen<PaneTree> | undefined): boolean {
  return seen !== undefined && 'known' in seen && seen.known.root !== null;
}

function readTrees(
  panePids: readonly number[],
  bootedAt: number | null,
  known: Cache,
  fresh: Cache,
): ReadonlyMap<number, Seen<PaneTree>> {
  if (bootedAt === null) {
    const blind = { blind: '/proc cannot be read', cure: 'mount /proc, or make it readable' };
    return new Map(panePids.map((pid) => [pid, blind]));
  }
  const toProcess = (stat: Stat): Process => describe(stat, bootedAt, known, fresh);
  const children = childrenReader();
  const servers = new Map<number, boolean>();
  const isServer = (pid: number): boolean => {
    const answer = servers.get(pid) ?? isTmuxServer(pid);
    servers.set(pid, answer);
    return answer;
  };
  return new Map(
    panePids.map((pid) => {
      const stat = readStat(pid);
      if (stat === null) return [pid, absent(pid)];
      const descendants = statsBelow(stat, children).map(toProcess);
      return [pid, { known: { root: toProcess(stat), parentIsTmux: isServer(stat.ppid), descendants } }];
    }),
  );
}

/**
 * Answers for a process that is not listed: under `hidepid` other users' processes are not listed, but the kernel still
 * tells that they live.
 */
function absent(pid: number): Seen<PaneTree> {
  const text = readText(`/proc/${pid}/stat`);
  if (text !== null && parseStat(pid, text) === 'unknown') {
    return { blind: `/proc/${pid}/stat has an unknown form`, cure: 'report it, with that line' };
  }
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (codeOf(error) === 'EPERM' && readText(`/proc/${pid}/stat`) === null) {
      return { blind: `process ${pid} is hidden from us`, cure: 'run it as its owner, or mount /proc without hidepid' };
    }
  }
  return { known: { root: null, parentIsTmux: false, descendants: [] } };
}

/** Returns the processes below one, breadth first, so that an agent comes before its children. */
function statsBelow(root: Stat, children: (parent: Stat) => readonly number[]): readonly Stat[] {
  const family = new Map([[root.pid, root]]);
  // The map grows during the walk.
  for (const parent of family.values()) {
    for (const pid of children(parent)) {
      const stat = family.has(pid) ? null : readStat(pid);
      if (stat !== null) family.set(pid, stat);
    }
  }
  return [...family.values()].slice(1);
}

/**
 * Makes a reader of children. The kernel lists children only with CONFIG_PROC_CHILDREN: otherwise every process's
 * parent is read once.
 */
function childrenReader(): (parent: Stat) => readonly number[] {
  let byParent: ReadonlyMap<number, readonly number[]> | null = null;
  const scanned = (pid: number): readonly number[] => {
    byParent ??= childrenByParent();
    return byParent.get(pid) ?? [];
  };
  return kernelListsChildren() ? ({ pid, threads }) => readChildren(pid, threads) ?? [] : ({ pid }) => scanned(pid);
}

let listed: boolean | null = null;

function kernelListsChildren(): boolean {
  listed ??= readText('/proc/thread-self/children') !== null;
  return listed;
}

function childrenByParent(): ReadonlyMap<number, readonly number[]> {
  const children = new Map<number, number[]>();
  for (const pid of listPids()) {
    const parent = readStat(pid)?.ppid;
    if (parent === undefined) continue;
    const siblings = children.get(parent);
    if (siblings === undefined) children.set(parent, [pid]);
    else siblings.push(pid);
  }
  return children;
}

function describe(stat: Stat, bootedAt: number, known: Cache, fresh: Cache): Process {
  // A process that runs another program, or renames itself, is read again.
  const key = `${stat.start} ${stat.image} ${stat.name}`;
  const before = known.get(stat.pid) ?? fresh.get(stat.pid);
  const told = before?.key === key ? before : ask(stat.pid, key);
  fresh.set(stat.pid, told);
  return {
    pid: stat.pid,
    ppid: stat.ppid,
    start: stat.start,
    startedAt: bootedAt + (Number(stat.start) / ticksPerSecond) * 1000,
    processGroup: stat.processGroup,
    foregroundGroup: stat.foregroundGroup,
    tty: stat.tty,
    argv: told.argv,
    exe: told.exe,
    cwd: readFolder(`/proc/${stat.pid}/cwd`),
    folders: told.folders,
    home: told.home,
  };
}

/**
 * Reads a process. Environments hold secrets: only an agent's is read, and only its variables for folders are used.
 */
function ask(pid: number, key: string): ProcessFacts {
  const argv = readArguments(pid);
  // After an update the running program's file is deleted; its name still tells the program.
  const exe = readLink(`/proc/${pid}/exe`)?.replace(/ \(deleted\)$/, '') ?? null;
  const isAgent = looksLikeAgent({ argv, exe });
  const environment = isAgent ? (readText(`/proc/${pid}/environ`) ?? '') : '';
  return { key, argv, exe, folders: foldersIn(environment, pid), home: parseVariable(environment, 'HOME') };
}

/** Returns the agents' folders that an environment names, by variable. */
function foldersIn(environment: string, pid: number): Process['folders'] {
  const folders: Record<string, string> = {};
  for (const name of folderVariables) {
    const folder = parseVariable(environment, name);
    // In the spelling with which the paths of its files begin: Claude accepts a relative path, or a slash at its end.
    if (folder !== null) folders[name] = resolve(readFolder(`/proc/${pid}/cwd`) ?? '/', folder);
  }
  return folders;
}

const folderVariables = agentFacts.flatMap(({ setting }) => setting.variable ?? []);
