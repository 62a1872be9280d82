import { readStat } from './proc-files.ts';

/** Names one process for ever: a pid may be used again. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Start ticks on Linux; empty if the kernel does not tell: then only the pid is compared. */
  readonly start: string;
}

export function ownProcess(): ProcessIdentity {
  own ??= { pid: process.pid, start: startOf(process.pid) ?? '' };
  return own;
}

let own: ProcessIdentity | null = null;

/** Decides whether the same process lives and is no zombie. */
export function isAlive(identity: ProcessIdentity): boolean {
  const start = startOf(identity.pid);
  if (start !== null) return start === identity.start;
  if (process.platform === 'linux') return false;
  try {
    process.kill(identity.pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Returns a process's start; `null` for zombies, missing processes and systems without `/proc`. */
function startOf(pid: number): string | null {
  return readStat(pid)?.start ?? null;
}
