import type { JobState } from '../core/model/job.ts';

/** What can befall a job. */
export const jobEventNames = ['created', 'started', 'done', 'failed', 'deleted', 'resumed'] as const;
export type JobEventName = (typeof jobEventNames)[number];

/** The state of a job once that has happened to it. */
export const stateAfter: Readonly<Record<JobEventName, JobState>> = {
  created: 'queued',
  started: 'running',
  done: 'done',
  failed: 'failed',
  deleted: 'cancelled',
  resumed: 'running',
};
