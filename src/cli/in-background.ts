import { readStat } from '../system/proc-files.ts';

/**
 * Decides whether this process is in the background of its terminal (`asm monitor &`, or Ctrl-Z and `bg`): the kernel
 * stops it there if it reads. Where that is not known, as on macOS, it counts as in the foreground.
 */
export function isInBackground(): boolean {
  const own = readStat(process.pid);
  return own !== null && own.tty !== 0 && own.foregroundGroup !== own.processGroup;
}
