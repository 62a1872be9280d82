import type { EntryId } from '../../../src/core/model/branded.ts';
import type { SessionState, StateLine } from '../../../src/core/model/state.ts';

export const minute = 60_000;
export const hour = 60 * minute;
/** Midnight, so that hours of a test read as times of day. */
export const midnight = Date.parse('2026-07-01T00:00:00Z');

/** Returns the time of a day that a test speaks of: `at(7, 30)`. */
export function at(hours: number, minutes = 0): number {
  return midnight + hours * hour + minutes * minute;
}

/** Makes a line of the state history: a word for what the session was. */
export function line(
  when: number,
  session: string,
  what: NonNullable<SessionState['activity']> | 'alive' | 'gone' | 'unknown',
): StateLine {
  const isAlive = what !== 'gone' && what !== 'unknown';
  return {
    kind: 'state',
    at: when,
    entry: session as EntryId,
    session,
    workspace: null,
    agent: 'claude',
    state: {
      liveness: isAlive ? 'alive' : what,
      activity: isAlive && what !== 'alive' ? what : null,
      waitingFor: null,
      id: null,
    },
    source: 'claude',
    reason: what,
  };
}

export function began(when: number): StateLine {
  return { kind: 'watch-began', at: when, host: 'lab1' };
}

export function ended(when: number): StateLine {
  return { kind: 'watch-ended', at: when };
}
