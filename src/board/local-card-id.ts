import { createHash } from 'node:crypto';

/** The card of a registry on the local board, when none is named. @param registryPath symlinks resolved. */
export function defaultCardId(registryPath: string): string {
  return `local-${createHash('sha256').update(registryPath).digest('hex').slice(0, 8)}`;
}
