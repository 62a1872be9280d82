import { listPids, readLink, readText } from '../proc-files.ts';
import { isAlive, type ProcessIdentity } from '../process-identity.ts';
import { ownerOf } from './start-control.ts';

/** Ends the control clients that a killed process of ours left behind, by pid. (Linux.) */
export function endOrphans(): void {
  for (const pid of orphansAmong(listPids().filter(sharesOurPids).map(described), isAlive)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended, or it is somebody else's.
    }
  }
}

/** Those whose owner, named in their arguments, is no more. */
export function orphansAmong(
  processes: readonly { readonly pid: number; readonly argv: readonly string[] }[],
  isLiving: (owner: ProcessIdentity) => boolean,
): readonly number[] {
  return processes.flatMap(({ pid, argv }) => {
    const owner = ownerOf(argv);
    return owner === null || isLiving(owner) ? [] : [pid];
  });
}

function described(pid: number) {
  return { pid, argv: (readText(`/proc/${pid}/cmdline`) ?? '').replace(/\0$/, '').split('\0') };
}

/** In a container the owner's pid is a number of its own: whether it lives cannot be told from here. */
function sharesOurPids(pid: number): boolean {
  const its = readLink(`/proc/${pid}/ns/pid`);
  return its !== null && its === readLink('/proc/self/ns/pid');
}
