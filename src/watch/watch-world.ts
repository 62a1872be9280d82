import type { Board, BoardName, Dispatched } from '../board/board.ts';
import type { Settings } from '../config/settings.ts';
import type { StateHistory } from '../log/state-history.ts';
import type { PassPorts, PassResult } from '../pass/pass.ts';
import type { CardReader } from '../tell/card.ts';
import type { Follower } from './follower.ts';
import type { Trigger } from '../trigger/trigger.ts';
import type { Triggers } from '../trigger/triggers.ts';

/** The ports of a watch, for every interface. */
export interface WatchWorld {
  readonly settings: Settings;
  readonly ports: PassPorts;
  readonly stateHistory: StateHistory;
  readonly boardFor: (which: BoardChoice) => Board;
  /** The registry's own card, on the usual board. */
  readonly card: string;
  /** Returns the name of the board that holds a card. */
  readonly boardOfCard: (card: string) => string;
  /** The card for which a board started this process. */
  readonly dispatched: Dispatched | null;
  /** Connects to the broker, where one is configured. */
  readonly push: (notice: (line: string) => void) => Promise<Push | null>;
  /**
   * Makes what goes along with the loop of the process that holds the lease.
   * @param intervalMs the longest time between two passes
   */
  readonly followers: (intervalMs: number) => Promise<Follower>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stateDir: string;
  readonly triggers: (others?: readonly Trigger[]) => Triggers;
  /** SIGINT, SIGTERM: pauses the run. */
  readonly signal: AbortSignal;
}

export interface BoardChoice extends BoardName {
  /** How long the run is to take; ms. */
  readonly runMs: number | null;
}

/** The monitor's link to the broker. No pass waits for it. */
export interface Push {
  readonly trigger: Trigger;
  /** Publishes the result of a pass. */
  look(result: PassResult): void;
  /** Takes the hint that the log may have grown. */
  wake(): void;
  /** Ends the link in order, within 3 s. */
  close(): Promise<void>;
}

/** Agents that begin to wait within this time are one comment; ms. */
const gatherMs = 60_000;

/** Returns the card as a reader of the log. */
export function readerOf(
  { ports, settings }: { readonly ports: Pick<PassPorts, 'log' | 'now' | 'settings'>; readonly settings: Settings },
  board: Board,
  card: string,
): CardReader {
  const { log, now } = ports;
  const { registry, stop, attention } = settings;
  return {
    log,
    board,
    card,
    now,
    registry,
    graceMs: ports.settings.graceMs,
    stopPhrases: stop.phrases,
    gatherMs: attention.card ? Math.min(gatherMs, attention.afterMs) : null,
  };
}
