import { join } from 'node:path';
import { shortHash } from '../system/hash.ts';

/** One state folder a registry. @param realPath the registry's path, symlinks resolved. */
export function registryStateDir(stateDir: string, realPath: string): string {
  return join(stateDir, shortHash(realPath));
}
