/** What a session does, in the words of `asm status --json`. */
export interface Doing {
  readonly liveness: 'alive' | 'gone' | 'unknown';
  readonly activity: 'working' | 'idle' | 'waiting' | 'shell' | 'exited' | null;
  readonly waitingFor: string | null;
}

export interface State extends Doing {
  /** Its conversation. */
  readonly id: string | null;
}

/** What an agent was made to be. Times are ms since 1970; the change was made between `at` and `by`. */
export interface Mark {
  readonly at: number;
  readonly by: number;
  readonly state: State;
  /** It died with its tmux server. */
  readonly isMass?: true;
}

/** An agent that the test plays: it knows what it did, and when. */
export interface Played {
  readonly session: string;
  readonly marks: readonly Mark[];
}

export const idle: Doing = { liveness: 'alive', activity: 'idle', waitingFor: null };
export const working: Doing = { liveness: 'alive', activity: 'working', waitingFor: null };
export const gone: Doing = { liveness: 'gone', activity: null, waitingFor: null };
export const exited: Doing = { liveness: 'alive', activity: 'exited', waitingFor: null };

/** @throws if it has done nothing yet */
export function stateOf({ marks }: Played): State {
  const last = marks.at(-1);
  if (last === undefined) throw new Error('it has done nothing yet');
  return last.state;
}

export function isSame(one: State, other: State): boolean {
  return (
    one.liveness === other.liveness &&
    one.activity === other.activity &&
    one.waitingFor === other.waitingFor &&
    one.id === other.id
  );
}

export function textOf({ liveness, activity, waitingFor, id }: State): string {
  return [liveness, activity, waitingFor, id].filter((word) => word !== null).join(' ');
}
