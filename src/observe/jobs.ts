import { join } from 'node:path';
import type { JobSettings } from '../config/settings.ts';
import type { DelegateJob } from '../core/model/job.ts';
import type { Observation, Seen } from '../core/model/observation.ts';
import { isJobId } from '../core/model/job.ts';
import type { Job } from '../jobs/schema.ts';
import { linkOrBlind, statOrBlind } from '../system/absent-or-blind.ts';
import { messageOf } from '../system/errno.ts';

type JobsAnswer = { readonly seen: Observation['jobs']; readonly bytesRead: number };

/** Makes a reader of the delegate jobs that entries name; an unchanged file is read once. */
export function makeJobsReader({ dir, map }: JobSettings) {
  const kept = new Map<string, { readonly stamp: string; readonly job: DelegateJob }>();

  async function readOne(id: string): Promise<{ seen: Seen<DelegateJob | null>; bytes: number }> {
    // A link is not followed: it is no job, and a dangling one blinds only this job.
    const stat = isJobId(id) ? linkOrBlind(join(dir, `${id}.json`)) : null;
    if (stat === null) return { seen: { known: null }, bytes: 0 };
    const stamp = [stat.dev, stat.ino, stat.size, stat.mtimeMs, stat.ctimeMs].join(' ');
    const known = kept.get(id);
    if (known?.stamp === stamp) return { seen: { known: known.job }, bytes: 0 };
    // The schema is loaded only if there is a job.
    const { readJobFile } = await import('../jobs/file.ts');
    const seen = readJobFile(dir, id, map);
    if ('blind' in seen) return { seen, bytes: 0 };
    if (seen.known === null) return { seen: { known: null }, bytes: 0 };
    const job = delegateJobOf(seen.known.job);
    kept.set(id, { stamp, job });
    return { seen: { known: job }, bytes: stat.size };
  }

  return async (ids: readonly string[]): Promise<JobsAnswer> => {
    if (ids.length === 0) return { seen: new Map(), bytesRead: 0 };
    try {
      if (statOrBlind(dir)?.isDirectory() !== true) return { seen: new Map(), bytesRead: 0 };
      const seen = new Map<string, Seen<DelegateJob | null>>();
      let bytesRead = 0;
      for (const id of ids) {
        const one = await readOne(id);
        seen.set(id, one.seen);
        bytesRead += one.bytes;
      }
      return { seen, bytesRead };
    } catch (cause) {
      const blind = messageOf(cause);
      const cure = 'make the folder of the delegate jobs readable, or name it in jobs.dir';
      return { seen: new Map(ids.map((id) => [id, { blind, cure }] as const)), bytesRead: 0 };
    }
  };
}

function delegateJobOf(job: Job): DelegateJob {
  const start = job.events.findLast(({ event }) => event === 'started' || event === 'resumed');
  const since = job.state === 'running' ? (time(start?.at) ?? time(job.updated_at) ?? time(job.created_at)) : null;
  return { state: job.state, runningSince: since, updatedAt: time(job.updated_at) };
}

function time(text: string | null | undefined): number | null {
  const ms = text == null ? Number.NaN : Date.parse(text);
  return Number.isNaN(ms) ? null : ms;
}
