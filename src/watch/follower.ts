import type { PassResult } from '../pass/pass.ts';

/** What a follower may ask of the loop that it goes along with. */
export interface FollowedLoop {
  /**
   * Looks at the sessions in turn with the passes of the loop, and writes nothing. A look that would have to wait and
   * look again fails at once instead, for the loop must not wait for it.
   */
  look(signal: AbortSignal): Promise<PassResult>;
  /** A trigger tells the loop of deaths. */
  readonly hearsDeaths: boolean;
}

/**
 * Something that goes along with the loop that holds the lease: the state history, the status line, the notifiers, the
 * page. No pass waits for it: its methods return at once and do their work beside the loop. Its failures are its own; a
 * follower keeps them as `trouble`.
 */
export interface Follower {
  /** Takes the loop, before its first pass. */
  begins?(loop: FollowedLoop): void;
  /** Hears each hint, before the pass that answers it. */
  hinted?(): void;
  /** Takes the result of each pass of the loop. */
  passed(result: PassResult): void;
  /** Hears that a pass failed; it may have logged why, such as a registry that cannot be read. */
  failed?(error: Error): void;
  /** Hears each heartbeat. */
  beat(): void;
  /** What is wrong with it, in one line for the heartbeat; `null`: nothing. */
  readonly trouble: string | null;
  /** Ends in order, within 3 s: the loop ends, or another process takes the watch over. */
  close(): Promise<void>;
}
