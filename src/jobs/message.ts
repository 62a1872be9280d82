import type { Job } from './schema.ts';

/** The message to other programs about a job's last event. It never holds the prompt. */
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
