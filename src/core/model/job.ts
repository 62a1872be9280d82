/** A delegate job: work that somebody gave to a session, as its file says. Times are ms since 1970. */
export interface JobLook {
  readonly state: JobState;
  /** When it last began to run; `null` while it does not, or where its file does not tell. */
  readonly runningSince: number | null;
  readonly updatedAt: number | null;
}

export type JobState = 'queued' | 'running' | 'done' | 'failed' | 'cancelled';
