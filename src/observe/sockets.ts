import { readdirSync, statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';

/** Where this user's tmux sockets are. */
export interface Sockets {
  /** The path for a `tmux_socket` word of the registry; `null` is the default socket. */
  readonly pathOf: (word: string | null) => string;
  /** Every socket file of the user, by path. */
  readonly all: () => readonly string[];
}

/** @param tmpdir `TMUX_TMPDIR`, or /tmp where that names nothing. */
export function userSockets(tmpdir: string, uid: number): Sockets {
  const folder = join(tmpdir, `tmux-${uid}`);
  return {
    pathOf: (word) => (word === null ? join(folder, 'default') : isAbsolute(word) ? word : join(folder, word)),
    all: () =>
      names(folder)
        .map((name) => join(folder, name))
        .filter(isSocket),
  };
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function isSocket(path: string): boolean {
  try {
    return statSync(path).isSocket();
  } catch {
    return false;
  }
}
