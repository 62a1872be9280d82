import { createHash } from 'node:crypto';

/** Names one text of a registry. */
export function registryHash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Names one entry's text in what is remembered of it. */
export function entryHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
