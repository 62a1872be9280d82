import { hash } from 'node:crypto';

/** Returns the SHA-256 of a text in hex, or its first digits. */
export function hashOf(text: string | Buffer, digits = 64): string {
  return hash('sha256', text).slice(0, digits);
}

/** Returns 8 hex digits of a path or the like: short enough to type, long enough for one user's registries. */
export function shortHash(text: string): string {
  return hashOf(text, 8);
}
