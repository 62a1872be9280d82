import { readdirSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';

/** Where this user's tmux sockets are. */
export interface Sockets {
  /** The path for a `tmux_socket` word of the registry, as with tmux's `-L`, or a path; `null` is the default socket. */
  readonly pathOf: (word: string | null) => string;
  /** Every socket file of the user, by path. */
  readonly all: () => readonly string[];
}

/** @param tmpdir `TMUX_TMPDIR`, or /tmp where that names nothing. */
export function userSockets(tmpdir: string, uid: number): Sockets {
  const folder = join(tmpdir, `tmux-${uid}`);
  return {
    pathOf: (word) => onePath(word !== null && isAbsolute(word) ? word : join(folder, word ?? 'default')),
    all: () =>
      names(folder)
        .map((name) => onePath(join(folder, name)))
        .filter(isSocket),
  };
}

/** One spelling a socket, or it would be asked twice: its folder without links. The file itself may be away. */
export function onePath(path: string): string {
  const plain = resolve(path);
  try {
    return join(realpathSync(dirname(plain)), basename(plain));
  } catch {
    return plain;
  }
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
