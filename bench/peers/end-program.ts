import { setTimeout as pause } from 'node:timers/promises';
import { readStat } from '../../src/system/proc-files.ts';
import { childrenOf } from '../measure.ts';

/** Ends a program, or the program that strace runs, and waits until it is gone. */
export async function endProgram(pid: number): Promise<void> {
  // strace ends with the program that it runs. Ended first, it would leave that program behind.
  const [traced] = readStat(pid)?.name === 'strace' ? childrenOf(pid) : [];
  const pids = [traced ?? pid, pid];
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    for (const one of pids.slice(0, signal === 'SIGTERM' ? 1 : 2)) end(one, signal);
    const deadline = performance.now() + 10_000;
    while (readStat(pid) !== null && performance.now() < deadline) await pause(50);
  }
}

function end(pid: number, signal: NodeJS.Signals): void {
  if (readStat(pid) !== null) process.kill(pid, signal);
}
