import type { DelegateJob } from '../../core/model/job.ts';
import type { Observation } from '../../core/model/observation.ts';
import type { Verdict } from '../../core/model/plan.ts';
import { clean } from '../../core/words/text.ts';
import { span } from '../../core/words/time.ts';
import { shortJobId } from '../../core/model/job.ts';
import type { Job } from '../../jobs/schema.ts';
import type { Paint } from './paint.ts';
import { table } from './table.ts';

/**
 * Returns the table of jobs.
 * @param unnamed jobs that the entry of their session does not name
 */
export async function jobsText(jobs: readonly Job[], unnamed: readonly Job[], paint: Paint): Promise<string> {
  if (jobs.length === 0) return 'no jobs';
  const titles = ['ID', 'STATE', 'SESSION', 'CHANGED'];
  const rows = jobs.map((job) => {
    const session = `${job.session ?? '-'}${unnamed.includes(job) ? ', whose entry does not name it' : ''}`;
    return [job.id, job.state, session, job.updated_at ?? '-'].map(clean);
  });
  return table([titles, ...rows], (cell, column) => (titles[column] === cell ? paint('dim', cell) : cell));
}

export function jobText(job: Job, paint: Paint): string {
  const field = (label: string, text: string): string => `${paint('dim', label.padEnd(9))} ${clean(text)}`;
  return [
    `${paint('bold', clean(job.id))}  ${job.state}${job.exit === null ? '' : ` (exit ${job.exit})`}`,
    field('session', job.session ?? '-'),
    ...(job.workspace === null ? [] : [field('workspace', job.workspace)]),
    ...(job.agent === null ? [] : [field('agent', job.agent)]),
    ...job.events.map(({ event, at }) => field('event', `${at}  ${event}`)),
    ...(job.prompt ?? '').split('\n').map((line, index) => field(index === 0 ? 'prompt' : '', line)),
  ].join('\n');
}

/** Returns the part of a session's state about its job: ` · job 3f2a running 12m`; empty without a job. */
export function jobState(id: string | null, liveness: Verdict['liveness'], observation: Observation): string {
  if (id === null) return '';
  const seen = observation.jobs.get(id);
  const name = `job ${clean(shortJobId(id))}`;
  if (seen === undefined || 'blind' in seen) return ` · ${name} unknown`;
  if (seen.known === null) return ` · ${name} missing`;
  return ` · ${jobWords(name, seen.known, liveness, observation.at)}`;
}

function jobWords(
  name: string,
  { state, runningSince }: DelegateJob,
  liveness: Verdict['liveness'],
  now: number,
): string {
  switch (state) {
    case 'queued':
      return `${name} queued`;
    case 'running':
      if (liveness === 'gone') return 'job was running!';
      return `${name} running${runningSince === null ? '' : ` ${span(now - runningSince)}`}`;
    case 'done':
    case 'failed':
    case 'cancelled':
      return `job ${state}`;
  }
}
