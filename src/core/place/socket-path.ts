import type { SocketPath } from '../model/branded.ts';
import type { Observation } from '../model/observation.ts';
import { byteLength } from '../words/text.ts';

/**
 * Returns the path that a `tmux_socket` word means. A word that came into the file after the observation means itself:
 * no server was asked for it.
 */
export function socketPath({ socketPaths }: Pick<Observation, 'socketPaths'>, word: string | null): SocketPath {
  return socketPaths.get(word) ?? ((word ?? '') as SocketPath);
}

/** The longest path that a Unix socket can have on Linux (unix(7): 108 with its end mark). */
export const socketBytes = 107;

/** Decides whether a server can listen at a path: at a longer one none ever did. */
export function canBeSocket(path: string): boolean {
  return byteLength(path) <= socketBytes;
}
