import { createHash } from 'node:crypto';
import { join } from 'node:path';

/** One state folder a registry. @param realPath the registry's path, symlinks resolved. */
export function registryStateDir(stateDir: string, realPath: string): string {
  return join(stateDir, shortHash(realPath));
}

/** 8 hex digits: short enough to type, long enough for one person's registries. */
export function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}
