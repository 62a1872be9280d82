import type { SocketPath } from '../../core/model/branded.ts';
import { realpathSync } from 'node:fs';
import { isSocket, namesOrNone, readLink } from '../../system/if-readable.ts';
import { homeExpanded } from '../../core/words/home-path.ts';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';

/** Finds this user's tmux sockets. */
export interface Sockets {
  /**
   * Returns the path for a `tmux_socket` word of the registry: a name as with tmux's `-L`, or a path; `null` is the
   * default socket. Returns the word itself if its path is not certain: `run/x` depends on a folder, `~bob/x` on
   * another user.
   */
  readonly pathOf: (word: string | null) => SocketPath;
  /** Returns every socket file of the user, by path. */
  readonly all: () => readonly SocketPath[];
}

/**
 * Makes the finder of a user's sockets.
 * @param user `tmpdir`: `TMUX_TMPDIR`, or /tmp if that names nothing
 */
export function userSockets(user: { readonly tmpdir: string; readonly uid: number; readonly home: string }): Sockets {
  const folder = join(user.tmpdir, `tmux-${user.uid}`);
  return {
    pathOf: (word) => {
      const written = homeExpanded(word ?? 'default', user.home);
      if (isAbsolute(written)) return onePath(written);
      return written.includes('/') ? (written as SocketPath) : onePath(join(folder, written));
    },
    all: () =>
      namesOrNone(folder)
        .map((name) => onePath(join(folder, name)))
        .filter(isSocket),
  };
}

/**
 * Returns the one spelling of a socket's path, without links, so that it is not asked twice. The file itself may be
 * away.
 */
export function onePath(path: string): SocketPath {
  const plain = resolve(path);
  try {
    const there = join(realpathSync(dirname(plain)), basename(plain));
    return (linkedTo(there) ?? there) as SocketPath;
  } catch {
    return plain as SocketPath;
  }
}

/** Returns the target of a link to a socket; `null` if the path is no link, or a loop. */
function linkedTo(path: string, hops = 0): string | null {
  const target = readLink(path);
  if (target === null || hops > 8) return null;
  const next = resolve(dirname(path), target);
  return linkedTo(next, hops + 1) ?? next;
}
