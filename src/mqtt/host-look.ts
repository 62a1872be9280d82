import type { SessionMessage, StateMessage } from './messages.ts';
import type { HostTopics } from './topics.ts';

/** The result of one pass of this host's monitor. */
export interface HostLook {
  readonly counts: NonNullable<StateMessage['counts']>;
  readonly sessions: readonly SeenSession[];
}

export type SeenSession = Omit<SessionMessage, 'schema' | 'at'>;

/** Groups sessions by topic. Two entries of one name, on two sockets, share a topic: the running one is shown. */
export function byTopic(sessions: readonly SeenSession[], topics: HostTopics): ReadonlyMap<string, SeenSession> {
  const runningLast = sessions.toSorted((one, other) => rank(one) - rank(other));
  return new Map(runningLast.map((one) => [topics.session(one.session), one]));
}

function rank({ status }: SeenSession): number {
  return status === 'running' ? 1 : 0;
}

/** Returns all but the time, to compare. */
export function markOf(one: SeenSession): string {
  const { session, status, liveness, id, job, activity } = one;
  return JSON.stringify([session, status, liveness, id, job, activity, one.waiting_for, one.waiting_since]);
}
