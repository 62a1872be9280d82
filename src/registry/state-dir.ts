import { join } from 'node:path';
import { shortHash } from '../system/hash.ts';

/**
 * Returns the state folder of a registry.
 * @param stateDir the folder of all registries
 * @param realPath the registry's path, with symlinks resolved
 */
export function stateDirOf(stateDir: string, realPath: string): string {
  return join(stateDir, shortHash(realPath));
}
