import { realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Resolves the links that lead to a file. Neither it nor its folders need exist yet: what exists of them counts. */
export function realPathOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const folder = dirname(path);
    return folder === path ? path : join(realPathOf(folder), basename(path));
  }
}
