import { hashOf } from '../system/hash.ts';
/** Names one text of a registry. */
export function registryHash(text: string): string {
  return hashOf(text);
}

/** Names one entry's text in what is remembered of it. */
export function entryHash(text: string): string {
  return hashOf(text, 32);
}
