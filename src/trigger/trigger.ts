import type { ReportNews } from '../core/model/report.ts';

/**
 * Means "look again now". A hint carries no data: every pass reads all state anew, so a lost or doubled hint costs
 * nothing. An urgent one does not wait until a burst of others is over: its trigger takes care that it comes rarely.
 */
export type Hint = (urgency?: 'urgent') => void;

/** A source of hints: it starts a pass before the poll would. */
export interface Trigger {
  /** The name that the heartbeat, `status` and `doctor` use. */
  readonly name: string;
  /** The trigger hears of deaths. Without any working trigger of this kind only the poll finds deaths. */
  readonly hearsDeaths?: true;
  /**
   * Hints until the signal aborts; then it may be started again. It never throws: a trigger that does not work says so
   * in its state. The promise resolves once the trigger's own test has shown whether it works.
   */
  start(hint: Hint, signal: AbortSignal): void | Promise<void>;
  /** Takes what there is to watch now, after each pass. Resolves as `start` does. */
  follow?(watched: Watched): void | Promise<void>;
  state(): TriggerState;
}

export type TriggerState =
  | { readonly on: true }
  /** Why it does not work, for people; the poll alone finds its events. */
  | { readonly on: false; readonly because: string };

/** What the last pass knows of the world that triggers watch. */
export interface Watched {
  /** Every tmux socket that was asked. */
  readonly sockets: readonly string[];
  /** Pids of the tmux servers that answered. */
  readonly servers: readonly number[];
  /** Folders in which the agents' files appear and vanish. They need not exist. */
  readonly folders: readonly string[];
  /** Names the registry's text as this pass left it; `null`: no file. */
  readonly registryHash: string | null;
}

/** What a trigger may need to begin. */
export interface TriggerWorld {
  readonly platform: NodeJS.Platform;
  readonly registryPath: string;
  /** Names the registry's present text as the passes do; `null`: no file. */
  readonly registryHash: () => string | null;
  readonly reports: HeardReports;
}

/** The reports of agents, as a trigger hears of them. */
export interface HeardReports {
  readonly folder: string;
  /** Returns what the report in the file of that name is worth as a hint. */
  readonly newsOf: (name: string) => ReportNews;
}

/** Makes a trigger; `null`: it has no place on this platform. */
export type MakeTrigger = (world: TriggerWorld) => Trigger | null;

export function off(because: string): TriggerState {
  return { on: false, because };
}
