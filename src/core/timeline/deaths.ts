import { groupBy } from '../model/group-by.ts';
import type { FoundDrift, PresentSession } from './digest-input.ts';
import type { SessionTimeline } from './bands.ts';
import { lastAlive, type LastAlive } from './last-alive.ts';
import type { SessionTimes } from './session-times.ts';
import type { Span } from './unwatched.ts';

/** What ended a session: each kind of drift that tells deaths has one cause. */
export type DeathCause = 'reboot' | 'tmux-died' | 'session-ended' | 'agent-ended';

/** Sessions that ended at once with one cause. */
export interface Death {
  /** When it was found; ms since 1970. */
  readonly at: number;
  readonly cause: DeathCause;
  /** As the drift says it. */
  readonly message: string;
  readonly sessions: readonly DeadSession[];
}

export interface DeadSession {
  readonly session: string;
  readonly now: StateNow;
  /** When its next death was found, before which it had come back; ms since 1970. `null`: this death was its last. */
  readonly diedAgainAt: number | null;
  readonly lastAlive: LastAlive;
}

/**
 * What a session is now that died in the span. `unknown`: it cannot be seen. `unregistered`: its entry was taken out of
 * the registry.
 */
export type StateNow = 'runs' | 'ended' | 'unknown' | 'unregistered';

/** A session that the user ended, by the registry. */
export interface UserEnd {
  readonly session: string;
  /** ms since 1970. */
  readonly at: number;
}

const causes: Readonly<Record<string, DeathCause>> = {
  'host-rebooted': 'reboot',
  'tmux-server-died': 'tmux-died',
  'session-gone': 'session-ended',
  'agent-exited': 'agent-ended',
};

/**
 * Returns the deaths among the drifts. A death that the user meant, or took back, is none.
 * @param drifts those of the span, oldest first
 */
export function deathsIn(
  drifts: readonly FoundDrift[],
  present: readonly PresentSession[],
  seen: { readonly timelines: readonly SessionTimeline[]; readonly unwatched: readonly Span[] },
): readonly Death[] {
  const rows = new Map(seen.timelines.map((one) => [one.session, one]));
  const deaths = drifts.flatMap((drift): Found[] => {
    const cause = Object.hasOwn(causes, drift.kind) ? causes[drift.kind] : undefined;
    if (cause === undefined || drift.takenBack || drift.end?.because === 'human') return [];
    return [{ at: drift.at, cause, message: drift.message, sessions: drift.sessions }];
  });
  const presentByName = groupBy(present, ({ session }) => session);
  const next = { death: new Map<string, number>(), agentEnd: new Map<string, number>() };
  const latestFirst = deaths.toReversed().map((death): Death => {
    // The shell that an agent leaves behind may end too: the agent came back only if it ends once more.
    const later = death.cause === 'agent-ended' ? next.agentEnd : next.death;
    const sessions = death.sessions.map((session) => ({
      session,
      now: stateNow(presentByName.get(session) ?? []),
      diedAgainAt: later.get(session) ?? null,
      lastAlive: lastAlive(rows.get(session), death.at, seen.unwatched),
    }));
    for (const session of death.sessions) {
      next.death.set(session, death.at);
      if (death.cause === 'agent-ended') next.agentEnd.set(session, death.at);
    }
    return { ...death, sessions };
  });
  return latestFirst.toReversed();
}

/**
 * Says what a session is now.
 * @param named the entries of its name: two may share one if their sockets differ, and none of them may be taken for the
 *   dead one that runs
 */
function stateNow(named: readonly PresentSession[]): StateNow {
  if (named.length === 0) return 'unregistered';
  if (named.some(({ runs }) => runs === false)) return 'ended';
  return named.some(({ runs }) => runs === null) ? 'unknown' : 'runs';
}

interface Found extends Omit<Death, 'sessions'> {
  readonly sessions: readonly string[];
}

/**
 * Returns the sessions that the user ended in the span: by the word of the registry, or because a death turned out to
 * be meant.
 * @param drifts those of the span, oldest first
 * @param deaths those that were found: they are no work of the user
 * @param times for an end that the user wrote without a time
 */
export function endedByUser(
  drifts: readonly FoundDrift[],
  present: readonly PresentSession[],
  deaths: readonly Death[],
  times: readonly SessionTimes[],
  { from, to }: Span,
): readonly UserEnd[] {
  const died = new Set(deaths.flatMap(({ sessions }) => sessions.map(({ session }) => session)));
  const goneSince = new Map(times.map((one) => [one.session, one.goneSince]));
  const written = present.flatMap(({ session, ended }): UserEnd[] => {
    if (ended?.byUser !== true || died.has(session)) return [];
    const at = ended.at ?? goneSince.get(session) ?? null;
    // What was gone when the span began ended before it.
    return at === null || at <= from || at > to ? [] : [{ session, at }];
  });
  const known = new Set(written.map(({ session }) => session));
  const meant = drifts.flatMap((drift): UserEnd[] => {
    if (!Object.hasOwn(causes, drift.kind) || drift.end?.because !== 'human') return [];
    return drift.sessions.filter((session) => !known.has(session)).map((session) => ({ session, at: drift.at }));
  });
  return [...written, ...meant].toSorted((one, other) => one.at - other.at);
}
