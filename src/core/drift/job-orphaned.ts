import type { Drift } from '../drift.ts';
import { entryId } from '../entry.ts';
import type { JobLook } from '../job.ts';
import { resumeOf } from '../resume.ts';
import { clean, shellQuote } from '../text.ts';
import { isoSeconds } from '../time.ts';
import type { EntryView, View } from '../view.ts';
import type { DriftKind } from './drift-kind.ts';
import { driftKey } from './key.ts';
import { about } from './wording.ts';

export const jobOrphaned: DriftKind = {
  name: 'job-orphaned',
  class: 'O',
  seenWhen: 'a delegate job runs in a session that is gone',
  writes: 'nothing',
  tells: 'one, with how to end the job',
  resolvedMessage: null,
  detect: (view) => view.entries.filter((one) => isDecidedlyGone(one, view)).flatMap((one) => orphanedJob(one, view)),
};

/** A death that awaits its cause is none yet. */
function isDecidedlyGone({ entry, verdict }: EntryView, view: View): boolean {
  return verdict.liveness === 'gone' && !view.awaitsCause.has(entryId(entry));
}

function orphanedJob({ entry }: EntryView, view: View): readonly Drift[] {
  const { registry, observation } = view.input;
  const id = entry.jobId;
  const seen = id === null ? undefined : observation.jobs.get(id);
  if (id === null || seen === undefined || 'blind' in seen || seen.known?.state !== 'running') return [];
  // What brings a session back that dies now is said with its death.
  const resume = entry.status === 'terminated' ? resumeOf(entry, observation) : null;
  return [
    {
      // Without an incarnation, which may be forgotten: earlier occurrences that were resolved tell two of them apart.
      key: driftKey(registry.path, 'job-orphaned', entry, [id]),
      kind: 'job-orphaned',
      class: 'O',
      ...about(entry),
      message:
        `${clean(entry.session)}: delegate job ${clean(id)} is running, but its session is gone. ` +
        `Resume the session, or end the job: asm jobs event ${shellQuote(id)} failed`,
      evidence: [{ source: 'jobs', said: jobSaid(id, seen.known), at: observation.at }],
      edits: [],
      ...(resume === null ? {} : { resume }),
    },
  ];
}

/** Evidence, in words. */
export function jobSaid(id: string, { state, runningSince, updatedAt }: JobLook): string {
  const since = runningSince === null ? '' : ` since ${isoSeconds(runningSince)}`;
  const updated = updatedAt === null ? '' : `, last changed ${isoSeconds(updatedAt)}`;
  return `job ${clean(id)} is ${state}${since}${updated}`;
}
