import type { UserServers } from '../tmux/user-servers.ts';
import type { PaneTree, Seen } from '../../core/model/observation.ts';

/** The processes of this machine, whatever its kernel. */
export interface ProcessReader {
  /** One look: what it has read once it does not read again. */
  readonly look: (signal: AbortSignal) => ProcessLook;
}

export interface ProcessLook {
  /** Reads trees that will be asked for, while tmux is still at its list; nothing where a program must be started. */
  readonly readAhead: (panePids: readonly number[]) => void;
  /**
   * The tree under each pane's process. Blind where the process lives but may not be seen. What was read ahead holds
   * for panes that were `listed` after it: of any other a process may have died since.
   */
  readonly trees: (
    panePids: readonly number[],
    listed?: ReadonlySet<number>,
  ) => Promise<ReadonlyMap<number, Seen<PaneTree>>>;
  /** Pids of the living tmux servers that could be behind that socket path, also where its file was deleted. */
  readonly serversBehind: (socket: string) => Promise<Seen<readonly number[]>>;
  /** Those of them beside the one that answers there. Cheap where nobody else listens at that path. */
  readonly hiddenBehind: (socket: string, answering: number) => Promise<readonly number[]>;
  /** Every tmux server of a user whose socket the kernel names. */
  readonly userServers: (uid: number) => UserServers;
  /** When that process started, as an opaque string; `null` where no such process can be seen. */
  readonly startOf: (pid: number) => Promise<string | null>;
  /** How many programs this look has started so far. */
  readonly spawns: () => number;
}
