import type { Job } from './schema.ts';

/** What others are told of a job's last event. Never its prompt. */
export interface JobMessage {
  readonly schema: 1;
  readonly id: string;
  readonly event: string | null;
  readonly state: Job['state'];
  readonly session: string | null;
  /** ISO 8601 UTC. */
  readonly at: string | null;
}

export function lastEvent({ id, events, state, session }: Job): JobMessage {
  const last = events.at(-1);
  return { schema: 1, id, event: last?.event ?? null, state, session, at: last?.at ?? null };
}
