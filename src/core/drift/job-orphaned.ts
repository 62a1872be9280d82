import type { Difference } from '../model/drift.ts';
import { isInDoubt } from './in-doubt.ts';
import type { DelegateJob } from '../model/job.ts';
import { resumeOf } from '../resume/resume.ts';
import { clean, shellQuote } from '../words/text.ts';
import { isoSeconds } from '../words/time.ts';
import type { EntryView, View } from '../model/view.ts';
import type { DriftKind } from './drift-kind.ts';
import { driftKey } from './key.ts';
import { about, plain, resumeLine } from './wording.ts';

export const jobOrphaned: DriftKind = {
  name: 'job-orphaned',
  class: 'O',
  seenWhen: 'a delegate job runs in a session that is gone',
  writes: 'nothing',
  tells: 'one, with how to end the job',
  resolvedMessage: null,
  hasGrace: true,
  isUndecided: (_open, view, one) => one !== null && isJobUnclear(one, view),
  detect: (view) => view.entries.filter((one) => isDecidedlyGone(one, view)).flatMap((one) => orphanedJob(one, view)),
};

function isJobUnclear(one: EntryView, view: View): boolean {
  const { jobId } = one.entry;
  const seen = jobId === null ? null : view.input.observation.jobs.get(jobId);
  return isInDoubt(one, view) || seen === undefined || (seen !== null && 'blind' in seen);
}

/** Decides whether a session is gone for sure: a death that awaits its cause is not decided. */
function isDecidedlyGone(one: EntryView, view: View): boolean {
  return one.verdict.liveness === 'gone' && !isInDoubt(one, view);
}

function orphanedJob({ entry, memory }: EntryView, view: View): readonly Difference[] {
  const { registry, observation } = view.input;
  const id = entry.jobId;
  const seen = id === null ? undefined : observation.jobs.get(id);
  if (id === null || seen === undefined || 'blind' in seen || seen.known?.state !== 'running') return [];
  // If the session dies now, its resume line is told with its death.
  const resume = entry.status === 'terminated' ? resumeOf(entry, memory, observation) : null;
  return [
    {
      // The key has no incarnation, which may be forgotten: earlier occurrences that were resolved tell two of them
      // apart.
      key: driftKey(registry.path, 'job-orphaned', entry, [id]),
      ...about(entry),
      sentence: plain(
        `${clean(entry.session)}: delegate job ${clean(id)} is running, but its session is gone. ` +
          `Resume the session, or end the job: asm jobs event ${shellQuote(id)} failed`,
        resume,
      ),
      evidence: [{ source: 'jobs', said: jobSaid(id, seen.known), at: observation.at }],
      edits: [],
      ...resumeLine(resume),
    },
  ];
}

/** Returns the evidence in words. */
export function jobSaid(id: string, { state, runningSince, updatedAt }: DelegateJob): string {
  const since = runningSince === null ? '' : ` since ${isoSeconds(runningSince)}`;
  const updated = updatedAt === null ? '' : `, last changed ${isoSeconds(updatedAt)}`;
  return `job ${clean(id)} is ${state}${since}${updated}`;
}
