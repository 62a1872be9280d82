import { shortHash } from '../system/hash.ts';

/** The card of a registry on the local board, when none is named. @param registryPath symlinks resolved. */
export function defaultCardId(registryPath: string): string {
  return `local-${shortHash(registryPath)}`;
}
