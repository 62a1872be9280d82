import { darwinProcesses } from './darwin-processes.ts';
import { linuxProcesses } from './linux-processes.ts';
import type { ProcessReader } from './processes.ts';

/** @param deadlineMs how long a program that is asked may take, where one must be; ms */
export function processReader(platform: NodeJS.Platform, deadlineMs: number): ProcessReader {
  return platform === 'darwin' ? darwinProcesses(deadlineMs) : linuxProcesses();
}
