import { accessSync, constants, readFileSync, statfsSync } from 'node:fs';

const shared = '/dev/shm';
/** The unit tests keep some MB at once. */
const enoughBytes = 256 * 1024 * 1024;

/**
 * Returns the environment that lets the unit tests keep their files in memory: they make and remove some 20,000 of them,
 * and a disk that others use answers late. The end-to-end tests stay on the disk.
 */
export function inMemory(): { readonly TMPDIR?: string } {
  // A container may forbid to run what lies there, or hold only 64 MB: then it stays the usual folder.
  if (process.env['TMPDIR'] !== undefined || process.platform !== 'linux') return {};
  try {
    const mounts = readFileSync('/proc/mounts', 'utf8').split('\n');
    const [, , kind, options = ''] = mounts.findLast((line) => line.split(' ')[1] === shared)?.split(' ') ?? [];
    if (kind !== 'tmpfs' || options.split(',').includes('noexec')) return {};
    accessSync(shared, constants.W_OK);
    const { bavail, bsize } = statfsSync(shared);
    return bavail * bsize > enoughBytes ? { TMPDIR: shared } : {};
  } catch {
    return {};
  }
}
