import { createHash } from 'node:crypto';

/** Names one text of a registry. */
export function textHash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
