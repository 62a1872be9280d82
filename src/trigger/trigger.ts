/** "Look again now." It carries no data: state is always read anew, so one that is lost or doubled costs nothing. */
export type Hint = () => void;

/** Something that makes us look before the poll would. */
export interface Trigger {
  /** As heartbeat, `status` and `doctor` name it. */
  readonly name: string;
  /** Hints until the signal aborts. Never throws: a trigger that does not work says so in its state. */
  start(hint: Hint, signal: AbortSignal): void;
  /** After each look: what there is to watch now. */
  follow?(watched: Watched): void;
  state(): TriggerState;
}

export type TriggerState =
  | { readonly on: true }
  /** Why, for people; the poll does it alone. */
  | { readonly on: false; readonly because: string };

/** What the last look knows of the world that triggers watch. */
export interface Watched {
  /** Sockets at which a tmux server answered, with its pid. */
  readonly servers: readonly { readonly socket: string; readonly pid: number }[];
  /** Folders in which the agents' files appear and vanish. */
  readonly folders: readonly string[];
}
