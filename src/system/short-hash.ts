import { createHash } from 'node:crypto';

/** 8 hex digits of a path or the like: short enough to type, long enough for one person's registries. */
export function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}
