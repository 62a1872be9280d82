import type { SocketPath } from '../../core/model/branded.ts';
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { UnreachableServer } from '../../core/model/observation.ts';
import { isSocket, readLink, readText } from '../../system/if-readable.ts';
import { listPids, readStat, sharesNamespace } from '../../system/proc-files.ts';
import { isTmuxServer, listensAt, parseListeners } from './server-process.ts';
import { onePath } from './sockets.ts';

export interface UserServers {
  /** Socket paths that can be asked from here. */
  readonly sockets: readonly SocketPath[];
  readonly unreachable: readonly UnreachableServer[];
}

/**
 * Finds every tmux server of a user whose socket the kernel names (`/proc/net/unix`), in any folder. Linux only: no
 * other kernel names them.
 */
export function userServers(uid: number): UserServers {
  const pids = listPids().filter((pid) => isTmuxServer(pid) && ownerOf(pid) === uid);
  // A process that a server has just forked has its name and its sockets until it runs another program.
  const servers = pids.filter((pid) => !pids.includes(readStat(pid)?.ppid ?? 0));
  const ours = parseListeners(readText('/proc/net/unix') ?? '');
  const sockets: SocketPath[] = [];
  const unreachable: UnreachableServer[] = [];
  for (const pid of servers) {
    const listeners = sharesNamespace('net', pid) ? ours : parseListeners(readText(`/proc/${pid}/net/unix`) ?? '');
    for (const path of listensAt(pid, listeners)) {
      const socket = resolve(readLink(`/proc/${pid}/cwd`) ?? '/', path);
      if (!sharesNamespace('mnt', pid)) unreachable.push(otherMounts(pid, socket));
      else if (isSocket(socket)) sockets.push(onePath(socket));
      else unreachable.push(withoutSocket(pid, socket));
    }
  }
  return { sockets: [...new Set(sockets)], unreachable };
}

function otherMounts(pid: number, socket: string): UnreachableServer {
  const reason = `the tmux server ${pid} at ${socket} has a mount namespace of its own (PrivateTmp=, a container)`;
  const cure =
    'if it may hold the session, run asm where it runs, or start it without PrivateTmp=; ' +
    'else write `tmux_socket:` into the entry, so that no other server is asked';
  return { pid, socket: onePath(socket), reason, cure };
}

function withoutSocket(pid: number, socket: string): UnreachableServer {
  const reason = `the tmux server ${pid} lives, and its socket ${socket} is gone`;
  return { pid, socket: onePath(socket), reason, cure: `kill -USR1 ${pid} (the server makes its socket again)` };
}

function ownerOf(pid: number): number | null {
  return statSync(`/proc/${pid}`, { throwIfNoEntry: false })?.uid ?? null;
}
