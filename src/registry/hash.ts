import { readFileSync } from 'node:fs';
import { hashOf } from '../system/hash.ts';

/** Names one text of a registry. */
export function registryHash(text: string): string {
  return hashOf(text);
}

/** Names the present text of a registry; `null`: there is no file. */
export function registryHashAt(path: string): string | null {
  try {
    return registryHash(readFileSync(path, 'utf8'));
  } catch {
    return null;
  }
}

/** Names one entry's text in what is remembered of it. */
export function entryHash(text: string): string {
  return hashOf(text, 32);
}
