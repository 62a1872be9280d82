import { readdirSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';

/** No simulated time is before this; the kernel's own time is. */
export const firstYear = Date.parse('2035-01-01T00:00:00Z');

/**
 * Gives each file that was written since the last call the simulated time: the kernel knows only the real one, and the
 * monitor reads from a file's time when a text was written, or when a watch was alive last.
 * @param wall ms since 1970
 */
export function giveSimulatedTimes(dir: string, wall: number): void {
  for (const { name, parentPath } of readdirSync(dir, { recursive: true, withFileTypes: true })) {
    const path = join(parentPath, name);
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat !== undefined && stat.mtimeMs < firstYear) utimesSync(path, wall / 1_000, wall / 1_000);
  }
}
