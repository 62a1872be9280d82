import type { Agent } from './entry.ts';

/** What must be looked at, computed from the registry and the last look alone. */
export interface Need {
  /** `tmux_socket` words and paths of the entries, and remembered socket paths; `null` is the default socket. */
  readonly sockets: readonly (string | null)[];
  /** Some running entry was never seen anywhere: the user's other sockets are asked too. */
  readonly otherSockets: boolean;
  /** Sessions whose panes' process trees are wanted: by exact tmux name. */
  readonly sessions: ReadonlySet<string>;
  /** Sessions without an entry whose name matches are wanted too. */
  readonly registerPattern: RegExp;
  /** Remembered and written pane pids: asked even where their session is not listed. */
  readonly panePids: readonly number[];
  readonly claudeIds: readonly string[];
  readonly agyIds: readonly string[];
  /** Agents of running entries: a source nobody needs is not read. */
  readonly agents: ReadonlySet<Agent>;
}
