import { darwinProcesses } from './darwin-processes.ts';
import { linuxProcesses } from './linux-processes.ts';
import type { ProcessReader } from './processes.ts';

/**
 * Makes the reader for this platform.
 * @param deadlineMs how long a program may take, if one is needed; ms
 */
export function processReader(platform: NodeJS.Platform, deadlineMs: number): ProcessReader {
  return platform === 'darwin' ? darwinProcesses(deadlineMs) : linuxProcesses();
}
