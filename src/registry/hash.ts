import { hashOf } from '../system/hash.ts';
import { readText } from '../system/if-readable.ts';

/** Returns the hash that names one text of a registry. */
export function registryHash(text: string): string {
  return hashOf(text);
}

/** Returns the hash of a registry's present text; `null`: there is no file. */
export function registryHashAt(path: string): string | null {
  const text = readText(path);
  return text === null ? null : registryHash(text);
}

/** Returns the hash of one entry's text, for the memory. */
export function entryHash(text: string): string {
  return hashOf(text, 32);
}
