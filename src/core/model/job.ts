/** A delegate job: work that was given to a session, as its file says. Times are ms since 1970. */
export interface DelegateJob {
  readonly state: JobState;
  /** When it last began to run; `null` while it does not, or if its file does not tell. */
  readonly runningSince: number | null;
  readonly updatedAt: number | null;
}

export const jobStates = ['queued', 'running', 'done', 'failed', 'cancelled'] as const;
export type JobState = (typeof jobStates)[number];

/** The events of a job. */
export const jobEventNames = ['created', 'started', 'done', 'failed', 'deleted', 'resumed'] as const;
export type JobEventName = (typeof jobEventNames)[number];

/** The state of a job after each event. */
export const stateAfter: Readonly<Record<JobEventName, JobState>> = {
  created: 'queued',
  started: 'running',
  done: 'done',
  failed: 'failed',
  deleted: 'cancelled',
  resumed: 'running',
};

/** Decides whether an id is a plain name. Ids come from the registry and from command lines, and become file names. */
export function isJobId(id: string): boolean {
  return /^[A-Za-z0-9_][\w.:@+=-]{0,127}$/.test(id);
}

/** Returns the first characters of the part that tells jobs apart, for people: of `job-3f2a9c1e-4b7d` it is `3f2a`. */
export function shortJobId(id: string): string {
  const parts = id.split(/[^A-Za-z0-9]+/).filter((part) => part !== '');
  // A word that all ids have, or a date, tells nothing.
  const telling = parts.find((part) => /\d/.test(part) && !/^\d{6,}$/.test(part));
  return (telling ?? parts.at(-1) ?? id).slice(0, 4);
}
