import { join } from 'node:path';
import { fileKeyAt, namesOrNone, readLink, readText } from '../system/if-readable.ts';
import type { Hint, Watched } from './trigger.ts';

/**
 * How soon the owner of a new terminal is looked up; ms. The wait grows while all new terminals belong to other
 * programs.
 */
const askSoonMs = 20;
const firstPauseMs = 1_000;
const longestPauseMs = 10_000;

export interface PaneTerminals {
  /** Reports that a terminal of that name has come or gone. */
  changed(name: string): void;
  follow(watched: Pick<Watched, 'servers' | 'sockets'>): void;
}

/**
 * Tells the terminals of panes from all others: users open and close terminals all day, and each would cost a pass. A
 * terminal belongs to a pane if a tmux server holds its other end (`tty-index` in `/proc/<pid>/fdinfo`). The first pane
 * of a new server comes with a new socket.
 */
export function makePaneTerminals(folder: string, hint: Hint, signal: AbortSignal): PaneTerminals {
  const undecided = new Set<string>();
  let servers: readonly number[] = [];
  let sockets = new Map<string, string>();
  const ours = new Set<string>();
  let askedAt = -Infinity;
  let pauseMs = firstPauseMs;
  let timer: NodeJS.Timeout | undefined;

  const ask = (): void => {
    timer = undefined;
    askedAt = performance.now();
    const living = [...undecided].filter((name) => fileKeyAt(join(folder, name)) !== '');
    for (const name of undecided) ours.delete(name);
    undecided.clear();
    if (living.length === 0) return;
    const held = new Set(servers.flatMap(terminalsHeldBy));
    const born = living.filter((name) => held.has(name));
    for (const name of born) ours.add(name);
    const isNews = born.length > 0 || [...sockets].some(([path, identity]) => fileKeyAt(path) !== identity);
    pauseMs = isNews ? firstPauseMs : Math.min(pauseMs * 2, longestPauseMs);
    if (isNews) hint();
  };
  signal.addEventListener('abort', () => clearTimeout(timer), { once: true });

  return {
    changed: (name) => {
      // The kernel gives the lowest free number next, so another program may have the terminal already.
      if (ours.has(name)) hint();
      undecided.add(name);
      timer ??= setTimeout(ask, Math.max(askSoonMs, askedAt + pauseMs - performance.now()));
    },
    follow: (watched) => {
      const pids = watched.servers;
      sockets = new Map(watched.sockets.map((path) => [path, fileKeyAt(path)]));
      const isSame = pids.length === servers.length && pids.every((pid) => servers.includes(pid));
      // A pane that this pass has seen may end before the owner of its terminal is asked for: its end must be heard.
      if (isSame && undecided.size === 0) return;
      servers = pids;
      // A pane that ended just now is in no list any more, and its end has not been heard yet: `ask` takes it out.
      for (const name of servers.flatMap(terminalsHeldBy)) ours.add(name);
    },
  };
}

/** Returns the numbers of the terminals whose other end this process holds. */
export function terminalsHeldBy(pid: number | 'self'): readonly string[] {
  return namesOrNone(`/proc/${pid}/fd`)
    .filter((descriptor) => readLink(`/proc/${pid}/fd/${descriptor}`)?.endsWith('/ptmx') === true)
    .flatMap((descriptor) => {
      const index = /^tty-index:\s*(\d+)$/m.exec(readText(`/proc/${pid}/fdinfo/${descriptor}`) ?? '')?.[1];
      return index === undefined ? [] : [index];
    });
}
