import { byteLength } from './text.ts';

/** The longest path that a Unix socket can have on Linux (unix(7): 108 with its end mark). */
export const socketBytes = 107;

/** Nobody can listen at a longer path, and nobody ever has. */
export function canBeSocket(path: string): boolean {
  return byteLength(path) <= socketBytes;
}
