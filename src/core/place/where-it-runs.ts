import { compare } from '../model/compare.ts';
import type { Holder } from '../model/evidence.ts';
import type { Observation, TmuxPane } from '../model/observation.ts';
import { socketsInOrder } from './session-of-entry.ts';
import { processesOf } from './pane-tree.ts';
import { socketPath } from './socket-path.ts';
import { clean, shellQuote } from '../words/text.ts';

/** A living process that runs a conversation. */
export interface Running {
  /** For people, after "it goes on": `in the background`, `in the tmux session shop`. */
  readonly where: string;
  /** The shell command that attaches to it; `null`: there is none. */
  readonly attach: string | null;
}

/**
 * Says where a process runs: in a tmux session if an observed server shows it, else in another terminal.
 * @param pane where its own record says that it was started, by tmux's ids; several servers may have such a pane
 */
export function runningAs(pid: number, observation: Observation, pane: Holder['pane'] = null): Running {
  for (const [panePid, tree] of [...observation.panes].toSorted(([one], [other]) => one - other)) {
    if (!processesOf(tree).some((one) => one.pid === pid)) continue;
    const [found] = sessionsWith((one) => one.pid === panePid, observation);
    if (found !== undefined) return found;
  }
  const named = pane === null ? [] : sessionsWith((one) => isSamePane(one, pane), observation);
  const [only] = named;
  return only !== undefined && named.length === 1 ? only : { where: `in another terminal (pid ${pid})`, attach: null };
}

function isSamePane({ id, windowId }: TmuxPane, pane: NonNullable<Holder['pane']>): boolean {
  return id === pane.paneId && windowId === pane.windowId;
}

/** Returns one session for each server: grouped sessions share their panes, and any of them will do. */
function sessionsWith(isIt: (pane: TmuxPane) => boolean, observation: Observation): readonly Running[] {
  return socketsInOrder(observation).flatMap((socket) => {
    const seen = observation.sockets.get(socket);
    const sessions = seen !== undefined && 'known' in seen ? (seen.known.server?.sessions ?? []) : [];
    const found = sessions.filter(({ panes }) => panes.some((pane) => !pane.dead && isIt(pane)));
    const server = socket === socketPath(observation, null) ? '' : `-S ${shellQuote(socket)} `;
    return found
      .toSorted((one, other) => compare(one.name, other.name))
      .slice(0, 1)
      .map(({ name }) => ({
        where: `in the tmux session ${clean(name)}`,
        attach: `tmux ${server}attach-session -t ${shellQuote(`=${name}`)}`,
      }));
  });
}
