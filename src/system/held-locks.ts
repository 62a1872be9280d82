import { namesOrNone, readText } from './if-readable.ts';
import { readStat } from './proc-files.ts';

/**
 * Returns which living processes hold an exclusive `flock(2)`, by the inode of the locked file, as the kernel lists them
 * (`/proc/locks`). Only the inode is compared: device numbers differ on btrfs. Nothing where there is no such list.
 *
 *     1: FLOCK  ADVISORY  WRITE 4242 08:01:131090 0 EOF
 *
 * A process that only waits for a lock stands behind `1: ->`.
 * @param processes whose open files are asked too
 */
export function lockHolders(processes: readonly { readonly pid: number }[]): ReadonlyMap<string, readonly number[]> {
  const holders = new Map<string, Set<number>>();
  const add = (inode: string, pid: number): void => {
    holders.set(inode, (holders.get(inode) ?? new Set()).add(pid));
  };
  for (const [, pid, inode] of (readText('/proc/locks') ?? '').matchAll(line)) {
    if (inode !== undefined && readStat(Number(pid)) !== null) add(inode, Number(pid));
  }
  // A shell's `exec 9>lock; flock 9` leaves the pid of a `flock` that is gone: the open file tells who has it.
  for (const { pid } of processes) {
    // What processes of other users hold, below `sudo` or `su`, is hidden.
    for (const descriptor of namesOrNone(`/proc/${pid}/fdinfo`)) {
      const info = readText(`/proc/${pid}/fdinfo/${descriptor}`) ?? '';
      for (const [, , inode] of info.matchAll(line)) if (inode !== undefined) add(inode, pid);
    }
  }
  return new Map([...holders].map(([inode, pids]) => [inode, [...pids]]));
}

const line = /\d: FLOCK\s+\S+\s+WRITE\s+(-?\d+)\s+[0-9a-f]+:[0-9a-f]+:(\d+)\s/g;
