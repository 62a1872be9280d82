import { basename } from 'node:path';
import type { Seen } from '../../core/model/observation.ts';
import { namesOrNone, readLink, readText } from '../../system/if-readable.ts';
import { listPids, readStat, sharesNamespace } from '../../system/proc-files.ts';
import { onePath } from './sockets.ts';

/**
 * Finds the servers behind sockets for one observation: the kernel's lists are read once, when a socket first needs
 * them.
 */
export function makeServersBehind() {
  let listeners: Listeners | null = null;
  let own: readonly Listener[] | null = null;
  return {
    behind: (socket: string): Seen<readonly number[]> => {
      listeners ??= readListeners();
      return listeners === 'unreadable' ? unreadable : behind(socket, listeners);
    },
    /** Decides whether several servers listen at that path: the socket file of all but one was deleted or replaced. */
    isShared: (socket: string): boolean => {
      own ??= parseListeners(readText('/proc/net/unix') ?? '');
      const named = own.filter(({ path }) => path.endsWith(basename(socket)));
      return named.length > 1 && named.filter(({ path }) => isSame(path, socket)).length > 1;
    },
  };
}

/**
 * Decides whether a process is a tmux server. tmux calls its server `tmux: server`; if it cannot rename itself, the
 * name stays the program's.
 */
export function isTmuxServer(pid: number): boolean {
  const name = readStat(pid)?.name ?? '';
  return name.startsWith('tmux: ') ? name === 'tmux: server' : name === 'tmux';
}

export interface Listener {
  readonly path: string;
  readonly inode: string;
}

type Listeners = 'unreadable' | { readonly servers: readonly number[]; readonly all: readonly Listener[] };

const unreadable: Seen<readonly number[]> = {
  blind: "the kernel's list of sockets (/proc/net/unix) cannot be read",
  cure: 'mount /proc, or make it readable',
};

/**
 * Reads who listens where. The kernel's list still names the path of a socket file that was deleted under its server.
 */
function readListeners(): Listeners {
  const text = readText('/proc/net/unix');
  if (text === null) return 'unreadable';
  const servers = listPids().filter((pid) => isTmuxServer(pid) && sharesNamespace('mnt', pid));
  // The sockets of a server in another network namespace are only in that namespace's list.
  const elsewhere = servers
    .filter((pid) => !sharesNamespace('net', pid))
    .map((pid) => readText(`/proc/${pid}/net/unix`));
  return { servers, all: [text, ...elsewhere].flatMap((list) => parseListeners(list ?? '')) };
}

export function parseListeners(list: string): readonly Listener[] {
  // Num RefCount Protocol Flags Type St Inode Path, and 00010000 is __SO_ACCEPTCON.
  const lines = list.matchAll(/^\S+ \S+ \S+ 00010000 \S+ \S+ +(\d+) (.+)$/gm);
  return [...lines].map(([, inode = '', path = '']) => ({ inode, path }));
}

function behind(socket: string, { servers, all }: Exclude<Listeners, 'unreadable'>): Seen<readonly number[]> {
  const same = all.filter(({ path }) => isSame(path, socket));
  // A path that tmux got as a relative one is listed so.
  const perhaps = all.filter(({ path }) => !path.startsWith('/') && basename(path) === basename(socket));
  const holders = servers.filter((pid) => holdsAny(pid, [...same, ...perhaps]));
  // A process that a server has just forked holds its socket, and has its name, until it runs another program.
  const holding = holders.filter((pid) => !holders.includes(readStat(pid)?.ppid ?? 0));
  if (holding.length > 0 || same.length === 0) return { known: holding };
  const others = listPids().some((pid) => holdsAny(pid, same));
  if (others) return { known: [] };
  return {
    blind: `a process that cannot be read listens at ${socket}`,
    cure: 'run it as the owner of that tmux server',
  };
}

function isSame(path: string, socket: string): boolean {
  return path.startsWith('/') && (path === socket || onePath(path) === onePath(socket));
}

function holdsAny(pid: number, listeners: readonly Listener[]): boolean {
  return listeners.length > 0 && listensAt(pid, listeners).length > 0;
}

/** Returns the paths at which that process listens. */
export function listensAt(pid: number, listeners: readonly Listener[]): readonly string[] {
  const held = new Set(namesOrNone(`/proc/${pid}/fd`).map((descriptor) => readLink(`/proc/${pid}/fd/${descriptor}`)));
  return listeners.filter(({ inode }) => held.has(`socket:[${inode}]`)).map(({ path }) => path);
}
