/** "Look again now." It carries no data: state is always read anew, so one that is lost or doubled costs nothing. */
export type Hint = () => void;

/** Something that makes us look before the poll would. */
export interface Trigger {
  /** As heartbeat, `status` and `doctor` name it. */
  readonly name: string;
  /** It hears of deaths: with none of these on, only the poll finds them. */
  readonly hearsDeaths?: true;
  /**
   * Hints until the signal aborts; then it may be started again. Never throws: a trigger that does not work says so in
   * its state. What it returns resolves once its own test has shown whether it works.
   */
  start(hint: Hint, signal: AbortSignal): void | Promise<void>;
  /** After each look: what there is to watch now. Resolves as `start` does. */
  follow?(watched: Watched): void | Promise<void>;
  state(): TriggerState;
}

export type TriggerState =
  | { readonly on: true }
  /** Why, for people; the poll does it alone. */
  | { readonly on: false; readonly because: string };

/** What the last look knows of the world that triggers watch. */
export interface Watched {
  /** Every socket that was asked. */
  readonly sockets: readonly string[];
  /** Pids of the tmux servers that answered. */
  readonly servers: readonly number[];
  /** Folders in which the agents' files appear and vanish. They need not exist. */
  readonly folders: readonly string[];
  /** The registry's text as this look left it; `null`: no file. */
  readonly registryHash: string | null;
}

export function off(because: string): TriggerState {
  return { on: false, because };
}
