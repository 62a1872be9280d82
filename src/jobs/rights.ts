import { chmodSync } from 'node:fs';
import { UsageError } from '../errors.ts';
import { statOrNull } from '../system/if-readable.ts';
import { isOpenToOthers } from '../system/own-folder.ts';

/**
 * Takes the rights of others away from the folder of the jobs, if it is there, and says so.
 * @throws UsageError for a folder that all users share, such as /tmp: closing it would lock them out
 */
export function tightenFolder(dir: string, notice: (line: string) => void): void {
  const stat = statOrNull(dir);
  if (stat === null || !stat.isDirectory() || !isOpenToOthers(stat.mode)) return;
  if ((stat.mode & 0o1000) !== 0) {
    throw new UsageError('the folder of the delegate jobs is shared with other users', {
      where: dir,
      cure: 'name a folder of its own in jobs.dir',
    });
  }
  tighten(dir, stat.mode, 0o700, notice);
}

export function tightenFile(path: string, mode: number, notice: (line: string) => void): void {
  if (isOpenToOthers(mode)) tighten(path, mode, 0o600, notice);
}

function tighten(path: string, mode: number, to: number, notice: (line: string) => void): void {
  const was = `was open to others (${(mode & 0o777).toString(8)})`;
  try {
    chmodSync(path, to);
    notice(`${path} ${was}, now it is yours alone (${to.toString(8)})`);
  } catch {
    notice(`${path} ${was}, and could not be closed: chmod ${to.toString(8)} it`);
  }
}
