import { realpathSync, statSync } from 'node:fs';
import { names, readLink } from '../../system/if-readable.ts';
import { homeExpanded } from '../../core/words/home-path.ts';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';

/** Where this user's tmux sockets are. */
export interface Sockets {
  /**
   * The path for a `tmux_socket` word of the registry, as with tmux's `-L`, or a path; `null` is the default socket.
   * The word itself where it names no path for certain: `run/x` depends on a folder, `~bob/x` on another user.
   */
  readonly pathOf: (word: string | null) => string;
  /** Every socket file of the user, by path. */
  readonly all: () => readonly string[];
}

/** @param user `tmpdir`: `TMUX_TMPDIR`, or /tmp where that names nothing. */
export function userSockets(user: { readonly tmpdir: string; readonly uid: number; readonly home: string }): Sockets {
  const folder = join(user.tmpdir, `tmux-${user.uid}`);
  return {
    pathOf: (word) => {
      const written = homeExpanded(word ?? 'default', user.home);
      if (isAbsolute(written)) return onePath(written);
      return written.includes('/') ? written : onePath(join(folder, written));
    },
    all: () =>
      names(folder)
        .map((name) => onePath(join(folder, name)))
        .filter(isSocket),
  };
}

/** One spelling a socket, or it would be asked twice: without links. The file itself may be away. */
export function onePath(path: string): string {
  const plain = resolve(path);
  try {
    const there = join(realpathSync(dirname(plain)), basename(plain));
    return linkedTo(there) ?? there;
  } catch {
    return plain;
  }
}

/** Where a link to a socket leads; `null` where the path is no link, or a loop. */
function linkedTo(path: string, hops = 0): string | null {
  const target = readLink(path);
  if (target === null || hops > 8) return null;
  const next = resolve(dirname(path), target);
  return linkedTo(next, hops + 1) ?? next;
}

function isSocket(path: string): boolean {
  try {
    return statSync(path).isSocket();
  } catch {
    return false;
  }
}
