import { realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Resolves the links that lead to a file, which need not exist yet. */
export function realPathOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return belowRealFolder(path);
  }
}

function belowRealFolder(path: string): string {
  try {
    return join(realpathSync(dirname(path)), basename(path));
  } catch {
    return path;
  }
}
