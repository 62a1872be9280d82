import { basename } from 'node:path';
import { looksLikeAgent } from '../../agents/agent-processes.ts';
import type { PaneTree, Process, Seen } from '../../core/model/observation.ts';
import type { ProcessObservation, ProcessReader } from './processes.ts';
import { parseLsof, parsePs, psFormat, type PsProcess } from './ps-list.ts';
import { runProgram } from '../../system/run-program.ts';
import { onePath } from '../tmux/sockets.ts';

/** Runs a program and returns its stdout; `null` if it could not be run. */
export type Ask = (program: string, args: readonly string[], signal: AbortSignal) => Promise<string | null>;

/**
 * Reads processes on macOS: one `ps` for each observation, and `lsof` for the rest. Start times are whole seconds,
 * arguments are cut at blanks, and environments are not readable: `folders` stays empty, and `home` `null`.
 */
export function darwinProcesses(deadlineMs: number, ask: Ask = askProgram(deadlineMs)): ProcessReader {
  return { look: (signal) => darwinLook(ask, signal) };
}

type Table = Seen<ReadonlyMap<number, PsProcess>>;

function darwinLook(ask: Ask, signal: AbortSignal): ProcessObservation {
  let spawns = 0;
  let table: Promise<Table> | null = null;
  const counted: Ask = (...words) => {
    spawns += 1;
    return ask(...words);
  };
  const processes = (): Promise<Table> => (table ??= readTable(counted, signal));
  return {
    readAhead: () => undefined,
    trees: async (panePids) => {
      const seen = panePids.length === 0 ? { known: new Map<number, PsProcess>() } : await processes();
      if ('blind' in seen) return new Map(panePids.map((pid) => [pid, seen]));
      return withFolders(treesOf(panePids, seen.known), counted, signal);
    },
    serversBehind: async (socket) => {
      const seen = await processes();
      return 'blind' in seen ? seen : behind(socket, seen.known, counted, signal);
    },
    // It would need one more `lsof` for each observation.
    hiddenBehind: () => Promise.resolve([]),
    // Only Linux tells at which sockets a server listens.
    userServers: () => ({ sockets: [], unreachable: [] }),
    startOf: async (pid) => {
      const seen = await processes();
      return 'blind' in seen ? null : (seen.known.get(pid)?.start ?? null);
    },
    spawns: () => spawns,
  };
}

async function readTable(ask: Ask, signal: AbortSignal): Promise<Table> {
  const text = await ask('/bin/ps', ['-axww', '-o', psFormat], signal);
  if (text === null) return { blind: 'ps does not answer', cure: 'try: /bin/ps -ax' };
  const processes = parsePs(text);
  // The first process always lives: an unreadable list must not count as a machine without processes.
  if (!processes.has(1)) return { blind: 'ps does not answer as expected', cure: `see: /bin/ps -ax -o ${psFormat}` };
  return { known: processes };
}

function treesOf(panePids: readonly number[], table: ReadonlyMap<number, PsProcess>): ReadonlyMap<number, PaneTree> {
  const children = new Map<number, PsProcess[]>();
  for (const one of table.values()) children.set(one.ppid, [...(children.get(one.ppid) ?? []), one]);
  return new Map(
    panePids.map((pid): readonly [number, PaneTree] => {
      const root = table.get(pid);
      if (root === undefined) return [pid, { root: null, parentIsTmux: false, descendants: [] }];
      const descendants = [...(children.get(pid) ?? [])];
      for (const one of descendants) descendants.push(...(children.get(one.pid) ?? []));
      const parent = table.get(root.ppid);
      const parentIsTmux = parent !== undefined && isTmuxServer(parent);
      return [pid, { root: toProcess(root), parentIsTmux, descendants: descendants.map(toProcess) }];
    }),
  );
}

function toProcess(one: PsProcess): Process {
  const { pid, ppid, start, startedAt, processGroup, foregroundGroup, argv } = one;
  // Only "has a terminal" is used; `ps` does not tell the device number.
  const tty = one.tty === null ? 0 : 1;
  const told = { exe: null, cwd: null, folders: {}, home: null };
  return { pid, ppid, start, startedAt, processGroup, foregroundGroup, tty, argv, ...told };
}

/** Decides whether a process is a tmux server: it has no terminal of its own, and a client has one. */
function isTmuxServer({ argv, tty }: PsProcess): boolean {
  const program = basename(argv[0] ?? '').replace(/:$/, '');
  return tty === null && program === 'tmux';
}

/** Adds the working folders of agents: one `lsof` for all of them, none without an agent. */
async function withFolders(
  trees: ReadonlyMap<number, PaneTree>,
  ask: Ask,
  signal: AbortSignal,
): Promise<ReadonlyMap<number, Seen<PaneTree>>> {
  const all = [...trees.values()].flatMap(({ root, descendants }) => (root === null ? [] : [root, ...descendants]));
  const agents = all.filter(looksLikeAgent).map(({ pid }) => pid);
  const args = ['-a', '-d', 'cwd', '-p', agents.join(','), '-Fpn'];
  const text = agents.length === 0 ? null : await ask('/usr/sbin/lsof', args, signal);
  const folders = parseLsof(text ?? '');
  const placed = (one: Process): Process => ({ ...one, cwd: folders.get(one.pid)?.[0] ?? null });
  return new Map(
    [...trees].map(([pid, tree]) => {
      const root = tree.root === null ? null : placed(tree.root);
      return [pid, { known: { ...tree, root, descendants: tree.descendants.map(placed) } }];
    }),
  );
}

/** Returns the tmux servers behind a socket; if `lsof` does not tell, it may be every server. */
async function behind(
  socket: string,
  table: ReadonlyMap<number, PsProcess>,
  ask: Ask,
  signal: AbortSignal,
): Promise<Seen<readonly number[]>> {
  const servers = [...table.values()].filter(isTmuxServer).map(({ pid }) => pid);
  if (servers.length === 0) return { known: [] };
  const text = await ask('/usr/sbin/lsof', ['-a', '-U', '-p', servers.join(','), '-Fpn'], signal);
  const files = parseLsof(text ?? '');
  const known = servers.filter((pid) => {
    const paths = files.get(pid)?.filter((name) => name.startsWith('/'));
    return paths === undefined || paths.length === 0 || paths.some((path) => onePath(path) === onePath(socket));
  });
  return { known };
}

function askProgram(deadlineMs: number): Ask {
  return async (program, args, signal) => {
    const isPs = program === '/bin/ps';
    // Otherwise its start times would be in the user's language.
    const options = isPs ? { env: { ...process.env, LC_ALL: 'C' } } : {};
    const answer = await runProgram(program, args, deadlineMs, signal, options);
    if (answer.kind !== 'ended') return null;
    // lsof ends with 1 if one of many processes has ended meanwhile; its output is still right.
    return answer.code === 0 || (!isPs && answer.stdout !== '') ? answer.stdout : null;
  };
}
