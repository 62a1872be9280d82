import { readFileSync, readlinkSync, readdirSync } from 'node:fs';
import type { Seen } from '../core/observation.ts';
import { listPids, readStat } from './proc.ts';

/** The living tmux servers of this user, as far as the kernel tells. */
export interface TmuxServers {
  /** Pids of the servers that could be behind that socket path. */
  behind(socket: string): Seen<readonly number[]>;
}

/** Linux: `/proc/net/unix` still names the path of a socket file that was deleted under its server. */
export function linuxTmuxServers(): TmuxServers {
  return {
    behind: (socket) => {
      try {
        const inodes = listeningInodes(socket);
        if (inodes.size === 0) return { known: [] };
        return {
          known: listPids()
            .filter(isTmuxServer)
            .filter((pid) => holdsAny(pid, inodes)),
        };
      } catch (cause) {
        const reason = cause instanceof Error ? cause.message : String(cause);
        return { blind: `the kernel's list of sockets cannot be read: ${reason}`, cure: 'make /proc readable' };
      }
    },
  };
}

/** tmux names its server `tmux: server`. */
export function isTmuxServer(pid: number): boolean {
  return readStat(pid)?.name.startsWith('tmux: server') === true;
}

function listeningInodes(socket: string): Set<string> {
  const inodes = new Set<string>();
  for (const line of readFileSync('/proc/net/unix', 'utf8').split('\n')) {
    // Num RefCount Protocol Flags Type St Inode Path
    const fields = /^\S+ \S+ \S+ \S+ \S+ \S+ +(\d+) (.*)$/.exec(line);
    if (fields?.[1] !== undefined && fields[2] === socket) inodes.add(fields[1]);
  }
  return inodes;
}

function holdsAny(pid: number, inodes: ReadonlySet<string>): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => {
      try {
        const inode = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1];
        return inode !== undefined && inodes.has(inode);
      } catch {
        return false;
      }
    });
  } catch {
    return true;
  }
}
