import type { UserServers } from '../tmux/user-servers.ts';
import type { PaneTree, Seen } from '../../core/model/observation.ts';

/** Reads the processes of this machine, on any kernel. */
export interface ProcessReader {
  /** Begins an observation, which reads nothing twice. */
  readonly look: (signal: AbortSignal) => ProcessObservation;
}

export interface ProcessObservation {
  /** Reads trees that will be needed while tmux still makes its list; does nothing if a program must be started. */
  readonly readAhead: (panePids: readonly number[]) => void;
  /**
   * Returns the tree under each pane's process; blind if the process lives but cannot be read. Trees that were read
   * ahead hold for panes that were `listed` after them: a process of another pane may have died since.
   */
  readonly trees: (
    panePids: readonly number[],
    listed?: ReadonlySet<number>,
  ) => Promise<ReadonlyMap<number, Seen<PaneTree>>>;
  /**
   * Returns the pids of the living tmux servers that could be behind that socket path, even if its file was deleted.
   */
  readonly serversBehind: (socket: string) => Promise<Seen<readonly number[]>>;
  /** Returns the servers beside the answering one. Cheap if no other process listens at that path. */
  readonly hiddenBehind: (socket: string, answering: number) => Promise<readonly number[]>;
  /** Returns every tmux server of a user whose socket the kernel names. */
  readonly userServers: (uid: number) => UserServers;
  /**
   * Returns when that process started, as an opaque string; `null` if no such process can be read, or if it started
   * after the first such question of this observation.
   */
  readonly startOf: (pid: number) => Promise<string | null>;
  /** Returns how many programs this observation has started so far. */
  readonly spawns: () => number;
}
