import { entryId, keyOf } from '../core/entry.ts';
import { isLeftAlone } from '../core/left-alone.ts';
import { clean } from '../core/text.ts';
import { BlindError, RegistryError, UsageError } from '../errors.ts';
import type { JobStore } from '../jobs/store.ts';
import type { Job } from '../jobs/schema.ts';
import { entryOf, placeOf, type NamedEntry } from './entry-of.ts';
import { writeDown, type WritePorts } from './write-down.ts';

export interface SubmitPorts extends WritePorts {
  readonly jobs: JobStore;
  readonly signal: AbortSignal;
}

const field = 'delegate_job_id';
const triesAtMost = 4;

/**
 * Gives a session a new job: its file first, then its id in the registry, so that no entry ever names a job that is not
 * there. Where the registry cannot be written the file goes again.
 * @throws UsageError where the entry does not take it; BlindError where nobody can tell whether its present job is over;
 * RegistryError if the registry cannot be read or written.
 */
export async function submitJob(ports: SubmitPorts, asked: { session: string; prompt: string }): Promise<Job> {
  const { session, prompt } = asked;
  const { entry } = await target(ports, session);
  const { workspace, agent } = entry;
  const job = await ports.jobs.create({ session, workspace, agent, prompt });
  let written: string;
  try {
    written = await assign(ports, session, job.id);
  } catch (error) {
    await ports.jobs.remove(job.id);
    throw error;
  }
  await ports.log.append([{ kind: 'applied', of: written }]);
  return job;
}

/** The session's entry, if it may be given a job now. */
async function target(ports: SubmitPorts, session: string): Promise<NamedEntry> {
  const named = await entryOf(ports, session);
  const { entry } = named;
  const where = placeOf(named);
  const refuse = (why: string, cure: string) => new UsageError(`${clean(session)} ${why}`, { where, cure });
  if (isLeftAlone(entry)) {
    throw refuse('is left alone', 'its status must be running or terminated, and monitor.ignore not set');
  }
  if (entry.pin.includes(field)) throw refuse(`has ${field} pinned`, `take it out of monitor.pin, and try again`);
  if (entry.jobId !== null) {
    const seen = await ports.jobs.read(entry.jobId);
    if ('blind' in seen) {
      const message = `${clean(session)} has a job of which nobody knows whether it runs: ${clean(seen.blind)}`;
      throw new BlindError(message, { where, cure: seen.cure });
    }
    const state = seen.known?.state;
    if (state === 'queued' || state === 'running') {
      throw refuse(`has a job that is ${state}: ${entry.jobId}`, `asm jobs event ${entry.jobId} deleted cancels it`);
    }
  }
  return named;
}

/** The event of the edit that stands in the file now. */
async function assign(ports: SubmitPorts, session: string, job: string): Promise<string> {
  for (let attempt = 1; attempt <= triesAtMost; attempt += 1) {
    const { read, entry } = await target(ports, session);
    const key = keyOf(entry);
    const edit = { op: 'set', entry: key, path: [field], from: entry.jobId, to: job } as const;
    const prepared = await ports.registryFile.prepare(read, [edit]);
    const refused = prepared.refused[0];
    if (refused !== undefined || prepared.entryHashes[entryId(key)] === undefined) {
      throw new RegistryError(`${field} cannot be written: ${clean(refused?.reason ?? 'the entry cannot be found')}`, {
        where: placeOf({ read, entry }),
        cure: 'write the entry in another form',
      });
    }
    const what = { read, prepared, drifts: [], edits: [edit], submitted: { job, session } };
    const written = await writeDown(ports, what, ports.signal);
    if (written !== null) return written;
  }
  throw new RegistryError('the registry kept changing; nothing was written', {
    where: ports.registryFile.path,
    cure: 'try again when the other writer is done',
  });
}
