import type { Observation } from '../core/model/observation.ts';
import { bootTime, readBootId } from '../system/proc-files.ts';
import { runProgram } from '../system/run-program.ts';

type Boot = Observation['boot'];

export interface BootAnswer {
  readonly seen: Boot;
  readonly spawns: number;
}

export type ReadBoot = (signal: AbortSignal) => Promise<BootAnswer>;

/**
 * Makes a reader of the present boot and its time.
 * @param deadlineMs how long a program may take; ms
 */
export function bootReader(platform: NodeJS.Platform, deadlineMs: number): ReadBoot {
  return platform === 'darwin' ? darwinBoot(deadlineMs) : () => Promise.resolve({ seen: linuxBoot(), spawns: 0 });
}

function linuxBoot(): Boot {
  const id = readBootId();
  const bootedAt = bootTime();
  if (id === null || bootedAt === null) {
    return { blind: 'the kernel does not tell when it booted', cure: 'mount /proc, or make it readable' };
  }
  return { known: { id, bootedAt } };
}

/** Reads the boot of macOS once: it cannot change while this process runs. */
function darwinBoot(deadlineMs: number): ReadBoot {
  let known: Boot | null = null;
  return async (signal) => {
    if (known !== null) return { seen: known, spawns: 0 };
    const answer = await runProgram('/usr/sbin/sysctl', [...sysctlNames], deadlineMs, signal);
    const seen = parseSysctl(answer.kind === 'ended' ? answer.stdout : '');
    if ('known' in seen) known = seen;
    return { seen, spawns: 1 };
  };
}

const sysctlNames = ['kern.bootsessionuuid', 'kern.boottime'] as const;

/** Parses `kern.boottime: { sec = 1782892800, usec = 214365 } Wed Jul  1 08:00:00 2026`. */
export function parseSysctl(text: string): Boot {
  const id = /^kern\.bootsessionuuid: (\S+)$/m.exec(text)?.[1];
  const seconds = /^kern\.boottime: \{ sec = (\d+),/m.exec(text)?.[1];
  // A time of 0 is what a failed call leaves behind.
  if (id === undefined || seconds === undefined || Number(seconds) === 0) {
    return { blind: 'the kernel does not tell when it booted', cure: `try: sysctl ${sysctlNames.join(' ')}` };
  }
  return { known: { id, bootedAt: Number(seconds) * 1000 } };
}
